"""The search space of multi-layer perceptrons (MLPNAS, section 5.1)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, ClassVar, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

from vilfredo.errors import nearest
from vilfredo.spaces.canonical import first_occurrences
from vilfredo.spaces.codes import Cells, common_size
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp import ACTIVATIONS, MOST_LAYERS, WIDEST, Dense, Mlp, parse_mlp
from vilfredo.spaces.mlp_codes import DROPOUT, chain, decode_mlps, encode_mlps
from vilfredo.spaces.mlp_features import MLP_FEATURES, mlp_features
from vilfredo.spaces.mlp_growth import Layers, draw_mlps, expand_mlps
from vilfredo.spaces.sampling import without_replacement
from vilfredo.spaces.space import Space


@final
class MlpSpace(Space):
    """All sequences of up to `layers` dense and dropout layers; the defaults are the paper's.

    A dropout layer comes neither first nor after another.
    """

    kind: ClassVar[str] = "mlp"
    noun: ClassVar[str] = "perceptron"
    unit: ClassVar[str] = "layers"

    widths: tuple[Annotated[int, Field(ge=1, le=WIDEST)], ...] = Field(
        default=(8, 16, 32, 64, 128, 256, 512), min_length=1, max_length=100
    )
    """Units that a dense layer may have."""
    activations: tuple[str, ...] = Field(default=("sigmoid", "tanh", "relu", "elu"), min_length=1)
    dropout: bool = True
    """Whether there are dropout layers."""
    dropout_rate: float = Field(default=0.2, gt=0, lt=1)
    """Share of its inputs that a dropout layer drops in training."""
    layers: int = Field(default=MOST_LAYERS, ge=1, le=MOST_LAYERS)
    """Most hidden layers, dropout layers among them."""

    @field_validator("widths", "activations")
    @classmethod
    def _unique(cls, values: tuple[object, ...], info: ValidationInfo) -> tuple[object, ...]:
        repeated = next((value for value in values if values.count(value) > 1), None)
        if repeated is not None:
            raise ValueError(f"each of the {info.field_name} may stand there once, but {repeated!r} is repeated")
        return values

    @field_validator("activations")
    @classmethod
    def _known(cls, activations: tuple[str, ...]) -> tuple[str, ...]:
        for name in activations:
            if name not in ACTIVATIONS:
                known = ", ".join(ACTIVATIONS)
                raise ValueError(f"'{name}' is not an activation.{nearest(name, ACTIVATIONS)} Known: {known}")
        return activations

    @property
    def reach(self) -> int:
        """The first layer reads -1, what comes in."""
        return 1

    @property
    def largest(self) -> int:
        """Most hidden layers."""
        return self.layers

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Widths as texts, activations and dropout, in alphabetical order."""
        return tuple(sorted([*map(str, self.widths), *self.activations, *[DROPOUT] * self.dropout]))

    def size_of(self, text: str) -> int:
        """Hidden layers of the perceptron that `text` spells; see `Space.size_of`."""
        return len(parse_mlp(text))

    def codes(self, texts: Sequence[str]) -> Cells:
        """Encode perceptrons of one size; see `Space.codes` and `mlp_codes`."""
        mlps = [parse_mlp(text) for text in texts]
        return encode_mlps(mlps, self.vocabulary, common_size(map(len, mlps), "perceptrons"))

    def texts(self, codes: Cells) -> list[str]:
        """Their only spellings; see `Space.texts`."""
        return [str(mlp) for mlp in decode_mlps(codes, self.vocabulary)]

    def first(self) -> Cells:
        """All perceptrons of one dense layer, by width."""
        return chain(self._dense[:, None])

    def expand(self, parents: Cells) -> Cells:
        """Add every dense layer to every parent, and dropout to those that end in a dense layer."""
        return expand_mlps(parents, self._dense, self._dropouts)

    def unique(self, codes: Cells) -> Cells:
        """Drop repetitions: different sequences of layers are different perceptrons."""
        return codes[first_occurrences(codes)]

    def sample(self, size: int, count: int, rng: np.random.Generator) -> Cells:
        """Draw legal sequences of layers; see `Space.sample`."""
        return without_replacement(partial(draw_mlps, self._dense, self._dropouts, size, rng=rng), size, count)

    def added(self, size: int) -> int:
        """How many layers may be added: none is dropout at the beginning."""
        return len(self._dense) + (self.dropout and size > 0)

    def symmetric(self) -> Mapping[str, str]:
        """None: the time features need no costs of operators."""
        return {}

    def examples(self) -> tuple[str, ...]:
        """One layer of each width; what is applied to its units hardly matters."""
        activation = "relu" if "relu" in self.activations else self.activations[0]
        return tuple(str(Mlp((Dense(width, activation),))) for width in sorted(self.widths))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Those in which the cost of a perceptron is linear."""
        return MLP_FEATURES

    def time_features(
        self, codes: Cells, macro: MacroArchitecture | None, costs: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Describe the layers; `macro` and `costs` play no part. See `mlp_features.mlp_features`."""
        return mlp_features(codes, self.vocabulary)

    @property
    def _dense(self) -> Layers:
        """Every dense layer (m, 2), by width."""
        index = self.vocabulary.index
        pairs = [(index(str(width)), index(name)) for width in sorted(self.widths) for name in sorted(self.activations)]
        return np.array(pairs)

    @property
    def _dropouts(self) -> Layers:
        """The dropout layer (1, 2), or none (0, 2)."""
        return np.full((int(self.dropout), 2), self.vocabulary.index(DROPOUT) if self.dropout else 0)
