"""Who measures: each module has one executor, found by its name."""
