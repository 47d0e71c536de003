"""Presets are the files of their folder."""

import pytest

from vilfredo.errors import InputError
from vilfredo.search.presets import preset, preset_names


def test_the_presets_that_people_are_told_of() -> None:
    assert {"quick", "paper-image"} <= set(preset_names())


def test_an_unknown_preset_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'quik' is unknown. Did you mean 'quick'\? Known: .*paper-image"):
        preset("quik")
    with pytest.raises(InputError):
        preset("../presets/quick")
