"""What runs in a worker process, here in this one."""

import json
from dataclasses import replace
from pathlib import Path

import torch
from tests.search.toy_evaluator import comparable, evaluator, proposals

from vilfredo.search.workers.messages import Job
from vilfredo.search.workers.worker import _broken, prepare


def test_a_job_holds_all_that_a_worker_must_know() -> None:
    toy = evaluator()
    assert toy.shared
    settings = toy.settings.model_dump_json(exclude_none=True)
    job = Job(settings, toy.preprocessing, 0.25, toy.shared.descriptor, toy.shared.plan, Path("there"))
    found = prepare(job)
    assert found.settings == toy.settings
    assert json.loads(settings)["training"]["epochs"] == 2
    assert found.calibration == 0.25
    assert found.checkpoints == Path("there")
    found = replace(found, checkpoints=None)
    assert torch.equal(found.data.x_train, toy.data.x_train)
    there, here = (one.evaluate(proposals(1)[0], lambda: False, lambda proposal, epoch: None) for one in (found, toy))
    assert comparable(there) == comparable(here)


def test_a_cpu_is_never_broken() -> None:
    assert not _broken(torch.device("cpu"))
