"""The accuracy predictor of POPNASv3: an ensemble of LSTMs with self-attention that read cells block by block."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from vilfredo.errors import InputError
from vilfredo.predictors.attention_inference import predict
from vilfredo.predictors.attention_network import Parameters, forward, initial_parameters, tokens
from vilfredo.predictors.folds import fold_numbers, training_rows
from vilfredo.predictors.one_thread import one_thread
from vilfredo.predictors.protocol import Floats, Prediction, Predictor, Samples, check_targets
from vilfredo.predictors.spellings import spellings


@final
class LstmAttention(Predictor):
    """Ensemble over folds, each member trained on all but one (POPNASv3, sections 3.2.1 and 4.1).

    The training samples are augmented with every other spelling of their cells. Fits targets in [0, 1] only.
    """

    name: ClassVar[str] = "lstm-attention"

    members: int = Field(default=5, ge=1)
    """Folds, and so members; no more than there are samples."""
    epochs: int = Field(default=30, ge=1)
    batch_size: int = Field(default=8, ge=1)
    learning_rate: float = Field(default=0.004, gt=0)
    patience: int = Field(default=5, ge=1)
    """Epochs without a lower training loss after which a member stops."""
    regularisation: float = Field(default=1e-5, ge=0)
    """Factor of the squared norm of all weights but biases in the loss."""
    max_spellings: int = Field(default=24, ge=1)
    """Most spellings of one cell: 24 are all of any cell of up to four blocks, larger ones get a random subset."""
    embedding: int = Field(default=10, ge=1)
    """Numbers that stand for one input or operator."""
    attention: int = Field(default=16, ge=1)
    """Width of queries and keys."""
    units: int = Field(default=48, ge=1)
    """LSTM units per direction."""

    def fit(self, samples: Samples, targets: Floats, seed: int) -> "FittedEnsemble":
        """Train the members; see `Predictor.fit`. Runs on one thread.

        Raises
        ------
        InputError
            Besides the common reasons, when a target lies outside [0, 1].
        """
        check_targets(samples, targets)
        if targets.min() < 0 or targets.max() > 1:
            raise InputError(
                f"targets: lstm-attention predicts fractions in [0, 1], got {targets.min():g} to {targets.max():g}. "
                "Rescale them, or choose another predictor."
            )
        rng = np.random.default_rng(seed)
        folds = fold_numbers(len(samples), self.members, rng)
        augmented, source = _augment(samples, self.max_spellings, rng)
        seen = [np.flatnonzero(np.isin(source, training_rows(folds, fold))) for fold in range(folds.max() + 1)]
        shape = (len(seen), samples.operators, samples.lookback, self.embedding, self.attention, self.units)
        parameters = initial_parameters(*shape, rng)
        with one_thread():
            data = (*tokens(augmented), torch.from_numpy(targets[source].astype(np.float32)))
            return FittedEnsemble(_train(self, parameters, data, seen, rng))


@dataclass(frozen=True)
class FittedEnsemble:
    """The trained members."""

    parameters: Parameters

    def predict(self, samples: Samples) -> Prediction:
        """Predict accuracies in [0, 1]; `deviation` is between the members. Runs on one thread."""
        with torch.inference_mode(), one_thread():
            return Prediction.of_members(predict(self.parameters, samples).double().numpy())


def _augment(samples: Samples, limit: int, rng: np.random.Generator) -> tuple[Samples, NDArray[np.int64]]:
    """Add every spelling of every cell; also returns the row of `samples` that each comes from."""
    groups, sources = [], []
    for size in np.unique(samples.sizes):
        rows = np.flatnonzero(samples.sizes == size)
        spelled, owner = spellings(samples.cells[rows, :size], limit, rng)
        sources.append(rows[owner])
        features = samples.features[rows[owner]]
        groups.append(Samples.of_one_size(spelled, features, samples.operators, samples.lookback))
    return Samples.concatenate(groups), np.concatenate(sources)


def _train(
    settings: LstmAttention,
    parameters: Parameters,
    data: tuple[Tensor, Tensor, Tensor],
    seen: list[NDArray[np.int64]],
    rng: np.random.Generator,
) -> Parameters:
    """Train all members in step, each on the rows of `data` it may see; return each one's best weights."""
    best = {name: values.clone() for name, values in parameters.items()}
    lowest = torch.full((len(seen),), torch.inf)
    stalled = torch.zeros(len(seen), dtype=torch.int64)
    optimizer = _optimizer(settings, parameters)
    for _ in range(settings.epochs):
        loss = _epoch(parameters, optimizer, data, _order(seen, settings.batch_size, rng))  # (m,)
        better = (loss < lowest) & (stalled < settings.patience)
        for name, values in parameters.items():
            best[name][better] = values.detach()[better]
        lowest = torch.where(better, loss, lowest)
        stalled = torch.where(better, 0, stalled + 1)
        if (stalled >= settings.patience).all():
            break
    return best


def _epoch(
    parameters: Parameters, optimizer: torch.optim.Optimizer, data: tuple[Tensor, Tensor, Tensor], order: Tensor
) -> Tensor:
    """Take one step per batch of `order` (steps, m, batch); return the mean squared error of each member (m,)."""
    rows, sizes, targets = (values[order] for values in data)  # (steps, m, batch, ...)
    total = torch.zeros(order.shape[1])
    for row, size, target in zip(rows, sizes, targets, strict=True):
        optimizer.zero_grad()
        loss = (forward(parameters, row, size) - target).square().mean(dim=1)  # (m,)
        # No member's loss depends on another's weights, so the sum has each one's own gradients.
        loss.sum().backward()
        optimizer.step()
        total += loss.detach()
    return total / len(order)


def _order(seen: list[NDArray[np.int64]], batch_size: int, rng: np.random.Generator) -> Tensor:
    """Shuffle what each member sees into batches (steps, m, batch); members that see fewer see some twice."""
    steps = -(-max(map(len, seen)) // batch_size)
    shuffled = [np.resize(rng.permutation(rows), steps * batch_size) for rows in seen]
    return torch.from_numpy(np.stack(shuffled).reshape(len(seen), steps, batch_size).swapaxes(0, 1))


def _optimizer(settings: LstmAttention, parameters: Parameters) -> torch.optim.Optimizer:
    for values in parameters.values():
        values.requires_grad_()
    # The gradient of r·w² is 2·r·w, which is what Adam's weight decay of 2·r adds.
    weights = [values for name, values in parameters.items() if not name.endswith("bias")]
    biases = [values for name, values in parameters.items() if name.endswith("bias")]
    groups: list[dict[str, Any]] = [
        {"params": weights, "weight_decay": 2 * settings.regularisation},
        {"params": biases},
    ]
    return torch.optim.Adam(groups, lr=settings.learning_rate, eps=1e-7, fused=True)
