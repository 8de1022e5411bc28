"""The demo company «Лён и хлопок», a dry cleaner: the same rows for the same seed and day, all people invented."""
