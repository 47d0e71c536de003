"""The tables of the two papers, computed anew on small recorded and live searches; see docs/reproduction.md."""
