import time

import pytest
import torch

from vilfredo.training.timing import time_steps


def test_waiting_is_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    process = iter([1.0, 1.5, 3.5])
    monkeypatch.setattr("vilfredo.training.timing.time.process_time", lambda: next(process))
    assert time_steps(lambda: time.sleep(0.01), 2, torch.device("cpu")).tolist() == [0.5, 2.0]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_is_timed_by_its_own_clock() -> None:
    x = torch.ones(2000, 2000, device="cuda")
    times = time_steps(lambda: x @ x, 4, torch.device("cuda"))
    assert (times > 0).all()
