"""Pictures of architectures: cells, perceptrons and whole networks, as SVG, PNG or PDF.

`draw` recognises what a text spells; `drawing_of` is told by the kind of its space, and `network_drawing` draws the
network that the architecture becomes. They answer a `Drawing`, whose `svg` is a document of its own, and whose
`inline` goes into a page.
"""

from vilfredo.drawing.drawing import Drawing
from vilfredo.drawing.drawings import draw, drawing_of, kind_of_text, network_drawing

__all__ = ["Drawing", "draw", "drawing_of", "kind_of_text", "network_drawing"]
