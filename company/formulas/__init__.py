"""Maths of the firm's own look and words."""
