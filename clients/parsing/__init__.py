"""Reads hostile files of Clients and purchases: nothing here knows the database."""
