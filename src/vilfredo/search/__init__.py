"""The search: the loop, its budget, its store, its executors."""
