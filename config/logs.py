"""What goes to the log: no link by which somebody else could answer, unsubscribe or set a password, and no row of the database."""

import logging
import re

SECRET_PATH = re.compile(
    r"(/surveys/[aers]|/touchpoints/g|/touchpoints/q/[^/\s\"'<>&?]+|/mail/u|/value/screen|/password/reset/key)/[^/\s\"'<>&?]+"
)
# PostgreSQL adds to an error the row it refused: an answer, a person.
ROW = re.compile(r"(?:\\n|\n)(?:DETAIL|CONTEXT|HINT): .*?(?=\n\n(?:The above|During)|\Z)", re.DOTALL)
PLAIN = logging.Formatter()


def without_secrets(text: str) -> str:
    """Return the text without the secret part of addresses and without rows of the database."""
    return ROW.sub("", SECRET_PATH.sub(r"\1/…", text))


class SecretsFilter(logging.Filter):
    """Takes secrets out of a message and its traceback; Django logs the path of every refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the message down at once, without secrets, and let it pass."""
        record.msg, record.args = without_secrets(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = PLAIN.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_secrets(record.exc_text)
        return True
