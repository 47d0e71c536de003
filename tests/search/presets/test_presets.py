"""Presets are the files of their folder."""

import pytest

from vilfredo.errors import InputError
from vilfredo.search.presets import preset, preset_names, preset_tasks


def test_the_presets_that_people_are_told_of() -> None:
    assert {"quick", "paper-image", "paper-series"} <= set(preset_names())


def test_an_unknown_preset_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'quik' is unknown. Did you mean 'quick'\? Known: .*paper-image"):
        preset("quik")
    with pytest.raises(InputError):
        preset("../presets/quick")


def test_a_preset_is_for_some_kinds_of_data() -> None:
    assert preset_tasks("quick") == ("image", "series", "table")
    with pytest.raises(
        InputError,
        match=r"for data of the kind 'image', and these are of the kind 'series'\. Choose paper-series or quick",
    ):
        preset("paper-image", "series")


def test_what_is_for_one_kind_is_laid_over_what_is_common() -> None:
    image, table = preset("quick", "image"), preset("quick", "table")
    assert image["strategy"] == table["strategy"]
    assert image["training"]["schedule"] == table["training"]["schedule"] == "cosine"
    assert image["training"]["epochs"] != table["training"]["epochs"]
    assert not {"tasks", "image", "series", "table"} & {*image, *table}


def test_kinds_of_an_unknown_preset_are_refused_too() -> None:
    with pytest.raises(InputError, match="Did you mean 'quick-v1'"):
        preset_tasks("quick-v2")
