"""Attempts to find out who answered what in an anonymous survey, made with everything that lies in the database and in logs.

Each attack makes the claims an attacker would make: this person gave this answer. None uses the code that protects; on broken copies,
in the tests, each of them finds the links.
"""
