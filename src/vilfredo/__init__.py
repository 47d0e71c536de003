"""Vilfredo: neural architecture search that respects people's time."""

__version__ = "0.1.0"
