"""The page itself: its frame, its style, what it does when one points at something, and where all are put together."""
