"""Printed one-time codes: derived from the ticket, never stored, easy to copy from paper by anybody on any keyboard."""

import uuid

from common.tokens import keyed_hash

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
GROUPS = (slice(0, 4), slice(4, 8), slice(8, 10))
# What people type for it: letters we never print, and Russian letters that look the same on paper.
LOOKALIKES = str.maketrans("OILUАВЕКМНОРСТУХЗ", "011VABEKMH0PCTYX3")


def code_of(ticket_id: uuid.UUID) -> str:
    """Return the ticket's code as it is printed, `K7Q2-M4XR-9P`: 50 bits."""
    number = int.from_bytes(keyed_hash("staff code", str(ticket_id))[:8], "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
    return "-".join(letters[group] for group in GROUPS)


def tidy_code(text: str) -> str:
    """Return the bare code of whatever was typed: any case, any gaps, lookalikes put right."""
    typed = text.upper().translate(LOOKALIKES)
    return "".join(character for character in typed if character in ALPHABET)
