"""Landscapes as files: what was written is read, and what is damaged is refused."""

import io
import json
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.search.toy_landscape import SPACE, about, landscape, trainings
from tests.search.toy_search import result

from vilfredo.errors import InputError
from vilfredo.search.landscape import OBJECTIVES, Rows
from vilfredo.search.landscape_file import read_landscape, write_landscape
from vilfredo.search.landscape_rows import rows_of
from vilfredo.trials import Measurement, Proposal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "toy.npz"
    landscape(path)
    return path


def _equal(left: Rows, right: Rows) -> bool:
    pairs = [(getattr(left, field.name), getattr(right, field.name)) for field in fields(Rows)]
    return all(
        one == other if isinstance(one, tuple) else np.allclose(one, other, rtol=1e-6, equal_nan=True)
        for one, other in pairs
    )


def test_what_was_written_is_read(file: Path) -> None:
    found = read_landscape(file)
    assert found.about == about()
    assert _equal(found.rows, rows_of(trainings(), 2))
    place = OBJECTIVES.index("accuracy")
    assert np.array_equal(found.rows.objectives[:, place], rows_of(trainings(), 2).objectives[:, place])
    assert found.source == f"landscape:{file}"


def test_the_same_rows_make_the_same_file(file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    checksum = landscape(again).checksum
    assert again.read_bytes() == file.read_bytes()
    assert checksum == read_landscape(file).checksum
    assert landscape(tmp_path / "other.npz", name="other").checksum != checksum


def test_reasons_stay_with_their_rows(tmp_path: Path) -> None:
    def mixed(proposal: Proposal) -> Measurement:
        failed = result(proposal, "failed").model_copy(update={"reason": f"number\n{proposal.id}"})
        return failed if proposal.id % 2 else result(proposal)

    rows = landscape(tmp_path / "toy.npz", mixed).rows
    assert all((reason == "") == (outcome == 0) for reason, outcome in zip(rows.reasons, rows.outcomes, strict=True))
    assert "number 1" in rows.reasons


def test_every_damaged_byte_is_noticed(file: Path) -> None:
    whole = file.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(whole), size=60).tolist():
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        file.write_bytes(damaged)
        try:
            read = read_landscape(file)
        except InputError as error:
            assert "damaged or is no landscape" in str(error)  # noqa: PT017 - some bytes are names and dates in the archive
        else:
            file.write_bytes(whole)
            assert read.checksum == read_landscape(file).checksum


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_torn_file_is_refused(file: Path, share: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match="damaged or is no landscape"):
        read_landscape(file)


def _rewritten(file: Path, **changes: Any) -> None:
    """Change arrays, and leave the checksum as it was unless that is changed too."""
    with np.load(file) as opened:
        arrays = {name: opened[name] for name in opened.files}
    np.savez_compressed(file, **{**arrays, **changes})


def test_contents_that_were_changed_are_refused(file: Path) -> None:
    rows = read_landscape(file).rows
    _rewritten(file, seconds=rows.seconds * 2)
    with pytest.raises(InputError, match="its checksum does not agree"):
        read_landscape(file)


def test_pickles_are_not_opened(file: Path) -> None:
    _rewritten(file, seeds=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InputError, match="damaged or is no landscape"):
        read_landscape(file)


def test_what_would_fill_memory_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "bomb.npz"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.npy", b"\0" * (2**26 + 1))
    with pytest.raises(InputError, match="unpacks to 67,108,865 bytes"):
        read_landscape(file)


def _member(file: Path, name: str, content: bytes, packing: int = zipfile.ZIP_DEFLATED) -> None:
    """Put other bytes into the archive's place of an array."""
    with zipfile.ZipFile(file) as archive:
        members = {entry: archive.read(entry) for entry in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for entry, known in members.items():
            changed = entry == name
            archive.writestr(entry, content if changed else known, packing if changed else zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize("version", [1, 3])
def test_an_array_with_a_bad_header_is_refused(file: Path, version: int) -> None:
    for header in ("{'descr': '<i4", "{'descr': (", "{", "'" * 3, "[" * 5000, "\0", "  1\n 2"):
        size = len(header).to_bytes(2 if version == 1 else 4, "little")
        _member(file, "seeds.npy", b"\x93NUMPY" + bytes([version, 0]) + size + header.encode())
        with pytest.raises(InputError, match="damaged or is no landscape"):
            read_landscape(file)


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_packings_that_numpy_writes_are_read(file: Path, packing: int) -> None:
    with zipfile.ZipFile(file) as archive:
        seeds = archive.read("seeds.npy")
    _member(file, "seeds.npy", seeds, packing)
    with pytest.raises(InputError, match=r"'seeds.npy' in it is neither stored nor deflated"):
        read_landscape(file)
    _member(file, "seeds.npy", seeds, zipfile.ZIP_STORED)
    assert read_landscape(file).rows.texts


def _written(path: Path, rows: Rows, **changes: Any) -> None:
    """Write a file whose checksum is right, whatever it says."""
    write_landscape(path, about(**changes), rows)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
def test_values_that_no_training_has_are_refused(tmp_path: Path, wrong: float) -> None:
    for name, reason in (("seconds", "seconds of a training are no"), ("objectives", "an objective of a complete")):
        rows = rows_of(trainings(), 2)
        values = getattr(rows, name).copy()
        values[5] = wrong
        with pytest.raises(InputError, match=f"damaged or is no landscape.*{reason}"):
            _written(tmp_path / "wrong.npz", replace(rows, **{name: values}))


def test_objectives_of_a_failed_training_may_be_unknown_but_not_infinite(tmp_path: Path) -> None:
    rows = rows_of(trainings(lambda proposal: result(proposal, "failed")), 2)
    assert np.isnan(rows.objectives[5]).any()
    _written(tmp_path / "failed.npz", rows)
    objectives = rows.objectives.copy()
    objectives[5, 0] = np.inf
    with pytest.raises(InputError, match="an objective is infinite"):
        _written(tmp_path / "wrong.npz", replace(rows, objectives=objectives))


def test_a_training_stands_there_once(tmp_path: Path) -> None:
    rows = rows_of(trainings(), 2)
    with pytest.raises(InputError, match="a cell is there twice with one seed"):
        _written(tmp_path / "wrong.npz", replace(rows, seeds=np.zeros_like(rows.seeds)))


def test_spaces_are_some_and_no_larger_than_what_was_trained(tmp_path: Path) -> None:
    rows = rows_of(trainings(), 2)
    with pytest.raises(InputError, match="its description is wrong"):
        _written(tmp_path / "none.npz", rows, spaces=())
    with pytest.raises(InputError, match=r"442 trainings, but a space with at least [0-9,]{9,} cells"):
        _written(tmp_path / "deep.npz", rows, spaces=(SPACE, SPACE.model_copy(update={"blocks": 10})))


def test_other_files_are_no_landscapes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        read_landscape(tmp_path / "none.npz")
    with pytest.raises(InputError, match="no landscape"):
        read_landscape(tmp_path)
    data = io.BytesIO()
    np.savez(data, x=np.zeros(3))
    (tmp_path / "data.npz").write_bytes(data.getvalue())
    with pytest.raises(InputError, match="no landscape"):
        read_landscape(tmp_path / "data.npz")


def test_the_format_can_be_read_without_this_package(file: Path) -> None:
    with np.load(file, allow_pickle=False) as opened:
        described = json.loads(opened["about"].tobytes())
        cells = opened["texts"].tobytes().decode().split("\n")
        assert described["name"] == "toy"
        assert opened["objectives"].shape == (len(cells), 8)
