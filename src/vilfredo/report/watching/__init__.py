"""The report of a run while it is searching: served to the browsers of this machine."""
