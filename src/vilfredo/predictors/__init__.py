"""Surrogates: what a network's accuracy or training time would be, from its architecture alone."""
