"""What kind of thing an operator does, and in which colour that is drawn."""

import re

from vilfredo.drawing.scene import Colour

_FAMILIES: tuple[tuple[str, Colour, str], ...] = (
    (r"identity", "grey", "passes its input on"),
    (r"\S+-\S+ conv", "pink", "spatially separable convolution: one after the other"),
    (r"\S+:\d+dr conv", "blue", "dilated convolution"),
    (r"\S+ conv", "blue", "convolution"),
    (r"\S+:\d+dr dconv", "green", "dilated depthwise-separable convolution"),
    (r"\S+ dconv", "green", "depthwise-separable convolution"),
    (r"\S+ tconv", "pink", "transposed convolution, then a strided one"),
    (r"\S+ maxpool", "orange", "max pooling"),
    (r"\S+ avgpool", "orange", "average pooling"),
    (r"gru|lstm", "yellow", "recurrent layer"),
)
"""Names, colour and what it is in words; the first that matches counts."""


def family_colour(name: str) -> Colour:
    """Colour of an operator's family; one for all that are of none known here."""
    return _family(name)[0]


def family_words(name: str) -> str:
    """What an operator does, in words; nothing where it isn't known."""
    return _family(name)[1]


def _family(name: str) -> tuple[Colour, str]:
    for pattern, colour, words in _FAMILIES:
        if re.fullmatch(pattern, name):
            return colour, words
    return "sky", ""
