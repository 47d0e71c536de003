"""A finished drawing: shown in notebooks and on pages, saved to a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import final

from vilfredo.drawing.raster import raster
from vilfredo.drawing.scene import Scene
from vilfredo.drawing.svg import svg
from vilfredo.errors import InputError
from vilfredo.files import write_whole

ENDINGS = (".svg", ".png", ".pdf")


@final
@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of an architecture; notebooks show it by itself."""

    scene: Scene
    """What is drawn, as values."""

    @property
    def svg(self) -> str:
        """A document of its own: it brings its background, and its colours in light and dark."""
        return svg(self.scene, alone=True)

    @property
    def inline(self) -> str:
        """For a page: without background, in the page's colours ``--ink``, ``--blue``, …; no identifiers that clash."""
        return svg(self.scene, alone=False)

    def save(self, path: str | Path) -> None:
        """Write a file.

        Parameters
        ----------
        path
            It ends in ``.svg``, ``.png`` or ``.pdf``.

        Raises
        ------
        InputError
            When it ends otherwise.
        OSError
            When it cannot be written; nothing is left behind then.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise InputError(f"draw: expected a file that ends in {' or '.join(ENDINGS)}, not '{path.name}'.")
        write_whole(path, self.svg.encode() if ending == ".svg" else raster(self.scene, ending[1:]))

    def _repr_svg_(self) -> str:
        return self.svg
