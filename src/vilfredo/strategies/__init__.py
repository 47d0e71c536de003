"""Search strategies: one file per paper, pure ask/tell. They see architectures and measurements, nothing else."""
