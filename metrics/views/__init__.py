"""Pages of the money a Client brings."""
