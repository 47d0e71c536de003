from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options
from vilfredo.tasks.readers.folder import accepts, read


def paint(path: Path, shade: int, size: tuple[int, int] = (4, 6), mode: str = "L") -> Path:
    """Write an image of one shade; `size` is (height, width)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size[::-1], shade if mode == "L" else (shade, 0, 0)).save(path)
    return path


def classes(folder: Path, names: str = "ab", count: int = 5) -> Path:
    for place, name in enumerate(names):
        for index in range(count):
            paint(folder / name / f"{index}.png", 100 * place + index)
    return folder


def refusal(source: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_dataset(str(source))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_subfolders_are_classes(tmp_path: Path) -> None:
    dataset = open_dataset(str(classes(tmp_path / "fruit", "ba")))
    assert dataset.name == "fruit"
    assert dataset.source == str(tmp_path / "fruit")
    assert dataset.labels == ("a", "b")
    assert dataset.input_shape == (1, 4, 6)
    assert dataset.x_train.dtype == np.uint8
    assert (len(dataset.x_train), len(dataset.x_test)) == (8, 2)
    np.testing.assert_array_equal(dataset.x_train[:, 0, 0, 0] >= 100, dataset.y_train == 0)


def test_train_and_test_folders(tmp_path: Path) -> None:
    classes(tmp_path / "Train", count=3)
    classes(tmp_path / "test", count=2)
    (tmp_path / "docs").mkdir()
    dataset = open_dataset(str(tmp_path))
    assert (len(dataset.x_train), len(dataset.x_test)) == (6, 4)
    assert dataset.notes == ("folders beside 'Train' not used: docs",)


def test_validation_folder_stands_in_for_the_test_part(tmp_path: Path) -> None:
    classes(tmp_path / "train")
    classes(tmp_path / "val", count=2)
    dataset = open_dataset(str(tmp_path))
    assert len(dataset.x_test) == 4
    assert "no test folder: 'val' taken as the test part" in dataset.notes


def test_a_class_called_train(tmp_path: Path) -> None:
    for name in ("train", "bus"):
        for index in range(3):
            paint(tmp_path / name / f"{index}.png", index)
    assert open_dataset(str(tmp_path)).labels == ("bus", "train")


@pytest.mark.parametrize("suffix", ["jpg", "JPEG", "bmp", "gif", "webp", "tif", "png", "ppm"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    for name, shade in (("a", 10), ("b", 200)):
        for index in range(3):
            paint(tmp_path / name / f"{index}.{suffix}", shade)
    dataset = open_dataset(str(tmp_path))
    assert dataset.input_shape[1:] == (4, 6)
    np.testing.assert_allclose(dataset.x_train[:, 0, 0, 0], np.where(dataset.y_train, 200, 10), atol=3)


def test_grey_and_colour_become_colour(tmp_path: Path) -> None:
    paint(classes(tmp_path) / "a" / "red.png", 255, mode="RGB")
    dataset = open_dataset(str(tmp_path))
    assert dataset.input_shape == (3, 4, 6)
    assert "grey and colour images mixed (10 of 11 grey): all taken as RGB" in dataset.notes
    images = np.concatenate([dataset.x_train, dataset.x_test])[:, :, 0, 0].tolist()
    assert [255, 0, 0] in images
    assert [104, 104, 104] in images


def test_palettes_transparency_and_16_bits(tmp_path: Path) -> None:
    for index in range(3):
        Image.new("RGB", (1, 1), (0, 0, 255)).convert("P").save(paint(tmp_path / "palette" / f"{index}.png", 0))
        Image.new("LA", (1, 1), (0, 0)).save(paint(tmp_path / "clear" / f"{index}.png", 0))
        deep = Image.fromarray(np.full((1, 1), 0x4FFF, dtype=np.uint16))
        deep.save(paint(tmp_path / "deep" / f"{index}.png", 0))
        Image.new("1", (1, 1), 1).save(paint(tmp_path / "bit" / f"{index}.png", 0))
    dataset = open_dataset(str(tmp_path))
    pixels = {
        dataset.labels[y]: tuple(x[:, 0, 0].tolist()) for x, y in zip(dataset.x_train, dataset.y_train, strict=True)
    }
    assert pixels == {
        "palette": (0, 0, 255),
        "clear": (255, 255, 255),
        "deep": (0x4F, 0x4F, 0x4F),
        "bit": (255, 255, 255),
    }


def test_photographs_are_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in "ab":
        for index in range(3):
            Image.new("L", (6, 4)).save(paint(tmp_path / name / f"{index}.jpg", 0), exif=exif)
    assert open_dataset(str(tmp_path)).input_shape == (1, 6, 4)


def test_mixed_sizes_are_named(tmp_path: Path) -> None:
    paint(classes(tmp_path) / "b" / "large.png", 7, size=(12, 9))
    message = refusal(tmp_path)
    assert "4x6 (10 files, e.g. a/0.png), 12x9 (1 file, e.g. b/large.png)" in message
    assert "--resize 4x6" in message


def test_mixed_sizes_are_resized_on_request(tmp_path: Path) -> None:
    paint(classes(tmp_path) / "b" / "large.png", 7, size=(12, 9))
    dataset = open_dataset(str(tmp_path), resize=(3, 5))
    assert dataset.input_shape == (1, 3, 5)
    assert 7 in np.concatenate([dataset.x_train, dataset.x_test])[:, 0, 0, 0]


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    classes(tmp_path)
    whole = (tmp_path / "a" / "0.png").read_bytes()
    (tmp_path / "a" / "0.png").write_bytes(whole[:-30])
    (tmp_path / "b" / "1.png").write_bytes(b"")
    (tmp_path / "b" / "2.png").write_text("hello")
    (tmp_path / "b" / "link.png").symlink_to("nowhere")
    message = refusal(tmp_path)
    assert "4 of 11 images cannot be read" in message
    for name in ("a/0.png", "b/1.png (not an image", "b/2.png", "b/link.png (no such file"):
        assert name in message


def test_of_many_unreadable_files_the_first_are_named(tmp_path: Path) -> None:
    classes(tmp_path)
    for index in range(50):
        (tmp_path / "a" / f"bad{index:02}.png").write_text("hello")
    message = refusal(tmp_path)
    assert "50 of 60 images cannot be read" in message
    assert "a/bad04.png" in message
    assert "a/bad05.png" not in message
    assert "and 45 more" in message


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "webp", "tif"])
def test_damage_anywhere_raises_nothing_else(tmp_path: Path, suffix: str) -> None:
    rng, refused = np.random.default_rng(0), 0
    for name in ("a/0", "a/1", "a/2", "b/0", "b/1"):
        path = paint(tmp_path / f"{name}.{suffix}", 9, size=(16, 16))
    whole = bytearray(path.read_bytes())
    for _ in range(40):
        damaged = whole.copy()
        damaged[rng.integers(len(whole))] = rng.integers(256)
        path.write_bytes(damaged[: rng.integers(1, 2 * len(whole))])
        try:
            open_dataset(str(tmp_path))
        except InputError:
            refused += 1
    assert refused >= 10


def test_a_decompression_bomb_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    assert "exceeds limit" in refusal(classes(tmp_path))


def test_more_than_memory_should_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vilfredo.tasks.pictures._MOST_BYTES", 100)
    assert "--resize" in refusal(classes(tmp_path))
    assert open_dataset(str(tmp_path), resize=(2, 2)).input_shape == (1, 2, 2)


def test_other_files_are_mentioned(tmp_path: Path) -> None:
    classes(tmp_path)
    (tmp_path / "a" / "notes.txt").touch()
    (tmp_path / "a" / ".DS_Store").touch()
    (tmp_path / "c").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    paint(tmp_path / "cover.png", 0)
    notes = " | ".join(open_dataset(str(tmp_path)).notes)
    assert "1 images directly" in notes
    assert "subfolder 'c' has no images" in notes
    assert "1 files in" in notes
    assert "MACOSX" not in notes


def test_empty_folder(tmp_path: Path) -> None:
    assert "found: nothing. Expected one subfolder per class" in refusal(tmp_path)


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=1)
    assert "found: data.npz" in refusal(tmp_path)


def test_images_without_classes(tmp_path: Path) -> None:
    paint(tmp_path / "0.png", 0)
    assert "1 images directly in it" in refusal(tmp_path)


def test_subfolders_without_images(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    assert "has subfolders (a, b) but no images" in refusal(tmp_path)


def test_one_class(tmp_path: Path) -> None:
    assert "one class only ('a')" in refusal(classes(tmp_path, "a"))


def test_folders_within_classes(tmp_path: Path) -> None:
    classes(tmp_path)
    classes(tmp_path / "c")
    assert "subfolder 'c' contains folders itself (a, b)" in refusal(tmp_path)


def test_one_folder_too_high(tmp_path: Path) -> None:
    classes(tmp_path / "inner")
    assert f"Did you mean {tmp_path / 'inner'}?" in refusal(tmp_path)


def test_a_test_class_without_training_images(tmp_path: Path) -> None:
    classes(tmp_path / "train", "ab")
    classes(tmp_path / "test", "abc")
    assert "never occur in training: 'c'" in refusal(tmp_path)


def test_a_class_with_a_single_image(tmp_path: Path) -> None:
    paint(classes(tmp_path) / "rare" / "0.png", 9)
    dataset = open_dataset(str(tmp_path))
    assert 2 in dataset.y_train
    assert "class 'rare' has a single training sample" in dataset.notes[-1]


@pytest.mark.parametrize("name", ["Toy_TRAIN.ts", "toy_train.TSV"])
def test_folders_of_series_are_left_to_other_readers(tmp_path: Path, name: str) -> None:
    classes(tmp_path)
    assert accepts(str(tmp_path))
    (tmp_path / name).touch()
    assert not accepts(str(tmp_path))


def test_a_flat_folder(tmp_path: Path) -> None:
    for index in range(3):
        paint(tmp_path / f"{index}.png", index)
    (tmp_path / "notes").mkdir()
    part = read(str(tmp_path), Options(labelled=False)).training
    assert part.names == ("0.png", "1.png", "2.png")
    assert part.samples[:, 0, 0].tolist() == [0, 1, 2]
    assert len(part.only_labelled().samples) == 0


def test_images_with_and_without_a_class(tmp_path: Path) -> None:
    classes(tmp_path, count=1)
    paint(tmp_path / "z.png", 7)
    part = read(str(tmp_path), Options(labelled=False)).training
    assert [name.replace("\\", "/") for name in part.names] == ["z.png", "a/0.png", "b/0.png"]
    assert part.labels.tolist() == ["a", "b"]
    assert part.known is not None
    assert part.known.tolist() == [False, True, True]


def test_a_test_folder_without_classes(tmp_path: Path) -> None:
    classes(tmp_path / "train")
    paint(tmp_path / "test" / "q.png", 7)
    raw = read(str(tmp_path), Options(labelled=False))
    assert raw.training.known is None
    assert raw.test is not None
    assert len(raw.test.only_labelled().samples) == 0
    assert "'test' has no subfolders of images" in refusal(tmp_path)


def test_a_single_image(tmp_path: Path) -> None:
    file = paint(tmp_path / "a.PNG", 9)
    assert accepts(str(file))
    raw = read(str(file), Options(labelled=False))
    assert (raw.name, raw.source, raw.task, raw.training.names) == ("a", str(file), "image", ("a.PNG",))
    assert raw.training.samples.shape == (1, 4, 6)
    assert "a single image, from which nothing can be learnt. Expected one subfolder per class" in refusal(file)
    file.write_bytes(b"no image")
    with pytest.raises(InputError, match=r"1 of 1 images cannot be read: a\.PNG"):
        read(str(file), Options(labelled=False))


def test_no_images_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    with pytest.raises(InputError, match=r"found: a\.txt\. Expected images in it, or in one subfolder per class"):
        read(str(tmp_path), Options(labelled=False))
