"""The forty points of security we hold ourselves to."""
