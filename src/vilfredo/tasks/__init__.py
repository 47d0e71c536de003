"""The data: reading, checking, splitting and standardising it. NumPy only, no torch."""
