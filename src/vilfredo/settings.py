"""The base of all settings: frozen, validated, and clear about what is wrong with them."""

from collections.abc import Iterable, Mapping
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from vilfredo.errors import InputError, nearest


class Settings(BaseModel):
    """Base of settings classes. Each is defined beside the code it governs; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def read(cls, values: Mapping[str, Any], where: str = "") -> Self:
        """Validate `values` (as parsed from TOML or JSON).

        Parameters
        ----------
        values
            The fields by name; nested tables as mappings.
        where
            Name of the table the values stand in, used in messages.

        Raises
        ------
        InputError
            Naming each wrong field, what was expected and the nearest known name for a misspelt key.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            lines = [_line(cls, dict(detail), where) for detail in error.errors()]
            raise InputError("\n".join(lines)) from None


def _line(model: type[BaseModel], detail: dict[str, Any], where: str) -> str:
    location = [str(part) for part in detail["loc"]]
    name = ".".join(([where] if where else []) + location) or model.__name__
    if detail["type"] == "extra_forbidden":
        known = _fields_at(model, location[:-1])
        return f"settings: '{name}' is not a setting.{nearest(location[-1], known)}" + (
            f" Known: {', '.join(known)}." if known else ""
        )
    message = str(detail["msg"]).removeprefix("Value error, ")
    message = message[0].lower() + message[1:] if message[:2].istitle() else message
    came = repr(detail.get("input"))
    # Where a field is missing, the input is the whole table it is missing from.
    shown = "" if detail["type"] == "missing" else f", not {came if len(came) <= 80 else came[:77] + '...'}"
    return f"settings: {name}: {message}{shown}."


def _fields_at(model: type[BaseModel], path: Iterable[str]) -> list[str]:
    for part in path:
        field = model.model_fields.get(part)
        if field is None:
            return []
        # One that may be None is a union.
        kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        tables = [kind for kind in kinds if issubclass(kind, BaseModel)]
        if not tables:
            return []
        model = tables[0]
    return list(model.model_fields)
