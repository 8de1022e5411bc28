"""Maths of a Client's value: numbers in, frozen dataclasses out."""
