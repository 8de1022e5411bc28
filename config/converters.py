"""Parts of addresses that Django has no converter for."""

from django.urls.converters import StringConverter


class Base36Converter(StringConverter):
    """A number in base 36: letters and digits, so that it ends at the first dash."""

    regex = "[0-9A-Za-z]+"
