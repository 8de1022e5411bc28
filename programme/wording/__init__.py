"""Documents for the wording check: read, searched and written back with one letter changed at a time. Every file is hostile."""
