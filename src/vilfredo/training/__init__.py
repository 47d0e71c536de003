"""Performance estimation: one network and its data in, one measurement out."""
