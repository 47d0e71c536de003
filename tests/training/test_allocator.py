import subprocess
import sys

from vilfredo.training.allocator import release_freed_memory

# In a process of its own: the advice holds for good.
_TOUCH = """
import ctypes, platform, resource, torch
from vilfredo.training.allocator import keep_freed_memory
kept = keep_freed_memory() if {keep} else False
for _ in range(20): torch.ones(8_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10): torch.ones(8_000_000)
print(int(kept), resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(keep: bool) -> tuple[int, int]:
    code = _TOUCH.format(keep=keep)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kept, count = run.stdout.split()
    return int(kept), int(count)


def test_memory_kept_is_not_mapped_again() -> None:
    kept, count = faults(keep=True)
    assert not kept or count < faults(keep=False)[1] / 2


def test_release_is_harmless() -> None:
    release_freed_memory()
