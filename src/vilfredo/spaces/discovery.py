"""Finding kinds of spaces: the folder is the registry."""

from vilfredo.discovery import modules
from vilfredo.errors import InputError, nearest
from vilfredo.spaces.space import Space


def spaces() -> dict[str, type[Space]]:
    """All kinds of spaces, by the name of their kind."""
    found = [value for module in modules("vilfredo.spaces") for value in vars(module).values()]
    kinds = [value for value in found if isinstance(value, type) and issubclass(value, Space)]
    return {space.kind: space for space in kinds if "kind" in vars(space)}


def find_space(kind: str) -> type[Space]:
    """Return the space of a kind, e.g. ``cells``.

    Raises
    ------
    InputError
        When there is none; the message lists those that exist.
    """
    known = spaces()
    if kind not in known:
        raise InputError(f"space: '{kind}' is unknown.{nearest(kind, known)} Known: {', '.join(sorted(known))}.")
    return known[kind]
