"""Dates that end something: a calendar of them, and duties made in time."""
