"""The outbox's arithmetic: how fast, and when again."""
