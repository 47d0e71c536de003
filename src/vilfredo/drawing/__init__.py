"""Pictures of architectures: cells, perceptrons and whole networks, as SVG, PNG or PDF.

``draw(text)`` recognises what a text spells; `drawing_of` is told by the kind of its space. Both answer a `Drawing`,
whose `svg` is a document of its own, and whose `inline` goes into a page.
"""

from vilfredo.drawing.drawing import Drawing
from vilfredo.drawing.drawings import draw, drawing_of

__all__ = ["Drawing", "draw", "drawing_of"]
