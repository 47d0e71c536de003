"""Strategies side by side: the same budget, data and trainer, several seeds, and statistics that say what it means."""
