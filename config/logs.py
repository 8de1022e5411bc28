"""What goes to the log: no link by which somebody else could answer, unsubscribe or set a password."""

import logging
import re

SECRET_PATH = re.compile(r"(/surveys/[as]|/mail/u|/password/reset/key)/[^/\s\"']+")


class SecretsFilter(logging.Filter):
    """Takes the secret part out of addresses; Django logs the path of every refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the message down at once, without secrets, and let it pass."""
        record.msg, record.args = SECRET_PATH.sub(r"\1/…", record.getMessage()), ()
        return True
