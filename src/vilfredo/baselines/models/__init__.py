"""The baselines, one file each, found by their ``name``."""
