"""Who is left out of an experiment: decided by a stable hash, so the same Client falls on the same side for as long as it lasts."""

import hashlib

SHARES = 10_000


def is_held_out(experiment: str, subject: int, percent: int) -> bool:
    """Say whether the subject is among the held-out percent of the experiment.

    SHA-256 of `experiment:subject` gives an even place from 0 to 9999; places below `percent` x 100 are held out. Raising the
    percentage keeps who was held out before; another experiment draws anew.
    """
    digest = hashlib.sha256(f"{experiment}:{subject}".encode()).digest()
    return int.from_bytes(digest[:8]) % SHARES < percent * SHARES // 100
