"""Leaf helpers without models: numbers as people type them, money, periods, statistics of proportions, HTMX."""
