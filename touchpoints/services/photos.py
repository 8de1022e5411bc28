"""Photos of marks and actions in the storage."""

from django.db import transaction
from django.db.models.fields.files import ImageFieldFile

from common.images import Photo


def replace_photo(field: ImageFieldFile, photo: Photo | None) -> None:
    """Put a new photo in place of the old one, whose file goes when the transaction is through."""
    old, storage = field.name, field.storage
    if old:
        transaction.on_commit(lambda: storage.delete(old))
        field.name = ""
    if photo:
        field.save("photo.jpg", photo, save=False)
