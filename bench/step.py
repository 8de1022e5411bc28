"""Runs one step in a process of its own, so that its memory is its own: `python -m bench.step importing FILE`."""

import importlib
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    importlib.import_module(f"bench.{sys.argv.pop(1)}").main()
