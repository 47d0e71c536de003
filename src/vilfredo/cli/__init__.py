"""The command line."""

import time

started = time.monotonic()
"""When the command in hand began: its budget counts from here, the seconds of importing torch included."""
