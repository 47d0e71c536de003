"""Experiment trackers of other makers, told what a search does."""
