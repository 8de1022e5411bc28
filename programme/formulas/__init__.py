"""Rules of the programme, without a database."""
