"""Settings for all tests: one thread each, since oversubscribed threads are slow and change float sums."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

torch.set_num_threads(1)
