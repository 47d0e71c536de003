"""A model that ships: its folder, how it is read again, run, exported and described."""
