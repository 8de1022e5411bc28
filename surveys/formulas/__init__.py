"""Maths of NPS: numbers in, frozen dataclasses out."""
