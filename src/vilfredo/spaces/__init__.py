"""What may be built: plain immutable values, no torch."""
