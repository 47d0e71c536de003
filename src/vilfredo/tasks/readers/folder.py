"""A folder of images by class: one subfolder per class, perhaps within train/ and test/.

To predict, also images without classes: a flat folder of them, or a single file.

PNG, JPEG, BMP, GIF, WebP, TIFF, PGM and PPM. Grey images stay grey unless there is a coloured one.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.archives import holds_archive
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.pictures import EXTENSIONS, read_pictures
from vilfredo.tasks.raw import Options, Part, Raw, unlabelled

_LAYOUT = "Expected one subfolder per class with its images directly in it, or train/ and test/ of such subfolders"
_TRAINING = ("train", "training")
_TEST = ("test", "testing", "val", "valid", "validation")

Listing = list[tuple[str | None, Path]]
"""Class and path of each image; None without a class."""


def accepts(source: str) -> bool:
    """Whether it is an image, or a folder other than one of IDX files or of series."""
    try:
        if os.path.splitext(source)[1].lower() in EXTENSIONS and os.path.isfile(source):
            return True
        if not os.path.isdir(source) or holds_archive(source, ".ts", ".tsv"):
            return False
        return not any("-ubyte" in name.lower() for name in os.listdir(source))
    except OSError:
        return True
    except ValueError:
        return False


def read(source: str, options: Options) -> Raw:
    """Read every image; all must have one size unless `options.resize` is given."""
    root = Path(os.path.abspath(source))
    if root.is_file():
        return _single(root, options)
    notes: list[str] = []
    training_folder, test_folder = _parts(root, notes)
    training = _list_images(training_folder, notes, options.labelled)
    test = _list_images(test_folder, notes, options.labelled) if test_folder else []
    paths = [path for _, path in training + test]
    pictures = read_pictures(paths, root, options.image_size, notes, resizable=options.labelled)
    count = len(training)
    parts = [_part("training", training, pictures[:count], root), _part("test", test, pictures[count:], root)]
    return Raw(root.name, str(root), parts[0], parts[1] if test_folder else None, notes=tuple(notes), task="image")


def _single(path: Path, options: Options) -> Raw:
    """Read one image file."""
    if options.labelled:
        raise InputError(f"this is a single image, from which nothing can be learnt. {_LAYOUT}.")
    notes: list[str] = []
    picture = read_pictures([path], path.parent, options.image_size, notes)
    return Raw(path.stem, str(path), unlabelled("training", picture, (path.name,)), notes=tuple(notes), task="image")


def _part(name: str, listing: Listing, pictures: NDArray[np.uint8], root: Path) -> Part:
    known = np.array([label is not None for label, _ in listing], dtype=np.bool_)
    classes = np.array([label for label, _ in listing if label is not None], dtype=np.str_)
    names = tuple(_text(path.relative_to(root)) for _, path in listing)
    return Part(name, pictures, classes, None if known.all() else known, names)


def _parts(root: Path, notes: list[str]) -> tuple[Path, Path | None]:
    """Folders of the training and the test part; a class that is called ``train`` holds images, not folders."""
    folders = {folder.name.lower(): folder for folder in _subfolders(root)}
    training = next((folders[name] for name in _TRAINING if name in folders), None)
    if training is None or not _subfolders(training):
        return root, None
    test = next((folders[name] for name in _TEST if name in folders), None)
    if test and test.name.lower() not in _TEST[:2]:
        notes.append(f"no test folder: '{test.name}' taken as the test part")
    others = [folder.name for folder in folders.values() if folder not in (training, test)]
    if others:
        notes.append(f"folders beside '{training.name}' not used: {shorten(sorted(others))}")
    return training, test


def _list_images(folder: Path, notes: list[str], labelled: bool) -> Listing:
    classes = _subfolders(folder)
    direct = [entry for entry in _entries(folder) if entry.suffix.lower() in EXTENSIONS and not entry.is_dir()]
    if not labelled and direct and not any(_has_images(entry) for entry in classes):
        return [(None, path) for path in direct]
    if not classes:
        found = f"{len(direct)} images directly in it" if direct else shorten([e.name for e in _entries(folder)])
        expected = _LAYOUT if labelled else "Expected images in it, or in one subfolder per class"
        raise InputError(f"'{folder.name}' has no subfolders of images; found: {found or 'nothing'}. {expected}.")
    if direct and labelled:
        notes.append(f"{len(direct)} images directly in '{folder.name}' not used: they have no class")
    listing: Listing = [] if labelled else [(None, path) for path in direct]
    others = 0
    for label in classes:
        images, other = _images_of_class(label, single=len(classes) == 1)
        listing += images
        others += other
        if not images:
            notes.append(f"subfolder '{label.name}' has no images: not used")
    if not listing:
        raise InputError(
            f"'{folder.name}' has subfolders ({shorten([c.name for c in classes])}) but no images. {_LAYOUT}."
        )
    if others:
        notes.append(f"{others} files in '{folder.name}' not used: not images by their name")
    return listing


def _images_of_class(folder: Path, single: bool) -> tuple[Listing, int]:
    """The images of a class, and how many other files there are."""
    nested = _subfolders(folder)
    if nested:
        hint = f" Did you mean {folder}?" if single else ""
        raise InputError(
            f"subfolder '{folder.name}' contains folders itself ({shorten([inner.name for inner in nested])}). "
            f"{_LAYOUT}.{hint}"
        )
    label = _text(folder.name)
    files = _entries(folder)
    images: Listing = [(label, file) for file in files if file.suffix.lower() in EXTENSIONS]
    return images, len(files) - len(images)


def _has_images(folder: Path) -> bool:
    return any(entry.suffix.lower() in EXTENSIONS for entry in _entries(folder))


def _text(name: str | Path) -> str:
    """A name as text that can be written, whatever bytes are in it."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, without what systems leave behind (``.DS_Store``, ``__MACOSX``)."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "__")))


def _subfolders(folder: Path) -> list[Path]:
    return [entry for entry in _entries(folder) if entry.is_dir()]
