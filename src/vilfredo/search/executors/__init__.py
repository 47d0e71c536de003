"""Where candidates are measured: in this process, and later in others."""
