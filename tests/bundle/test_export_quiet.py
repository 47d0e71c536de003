"""Silence while something is exported, and not after it."""

import logging
import sys
import warnings

import pytest

from vilfredo.bundle.export_quiet import quiet


def noise() -> None:
    sys.stdout.write("printed")
    sys.stderr.write("printed")
    logging.getLogger("torch.onnx").warning("logged")
    warnings.warn("warned", stacklevel=1)


def test_nothing_is_heard_inside_and_all_of_it_outside(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with quiet():
        noise()
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    with pytest.warns(UserWarning, match="warned"):
        noise()
    assert "printed" in capfd.readouterr().out
    assert caplog.records


def test_exceptions_pass_and_end_the_silence(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), quiet():
        raise ZeroDivisionError
    sys.stdout.write("heard")
    assert capfd.readouterr().out == "heard"
    assert logging.root.manager.disable == logging.NOTSET
