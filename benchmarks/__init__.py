"""Measurements: how good and how fast, on lines of the repository's own."""
