"""The colours of all pictures, which people of any colour vision tell apart."""

from collections.abc import Mapping

PALETTE: Mapping[str, str] = {
    "blue": "#0072B2",
    "orange": "#D55E00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "yellow": "#E69F00",
    "sky": "#56B4E9",
}
"""Okabe and Ito's (2008), on white, in the order in which several series take them."""
