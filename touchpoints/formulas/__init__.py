"""Maths of touchpoints: numbers in, numbers out."""
