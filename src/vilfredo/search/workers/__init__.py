"""Processes that measure candidates beside the search: the parent's handle, what runs in them, what they share."""
