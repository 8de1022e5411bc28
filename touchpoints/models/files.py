"""Where photos are kept."""

import uuid


def random_name(folder: str) -> str:
    """Return where to keep a photo: a name that tells nothing and cannot be guessed."""
    return f"{folder}/{uuid.uuid4().hex}.jpg"
