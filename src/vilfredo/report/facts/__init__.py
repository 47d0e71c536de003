"""What sections and figures show: plain values, worked out from a run."""
