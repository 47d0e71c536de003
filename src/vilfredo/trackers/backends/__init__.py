"""The trackers, one module each. The folder is the registry: a module added here is found by scanning."""
