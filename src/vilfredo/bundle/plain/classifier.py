"""Preprocessing, network and softmax, as one module."""

from torch import Tensor, nn


class Classifier(nn.Module):
    """From samples as they come to probabilities.

    Parameters
    ----------
    shape
        Of one sample; None for a side that is not known.
    """

    def __init__(self, preprocessing: nn.Module, network: nn.Module, shape: tuple[int | None, ...]) -> None:
        super().__init__()
        self.preprocessing = preprocessing
        self.network = network
        self.shape = shape

    def forward(self, samples: Tensor) -> Tensor:
        """Map samples (n, ...) to probabilities (n, classes).

        Raises
        ------
        ValueError
            When the samples have another shape than the network was trained on.
        """
        came, expected = tuple(samples.shape[1:]), self.shape
        fits = len(came) == len(expected) and all(side in (None, at) for side, at in zip(expected, came, strict=True))
        if not fits:
            sides = ", ".join("any" if side is None else str(side) for side in expected)
            raise ValueError(f"samples have shape {tuple(samples.shape)}, expected (n, {sides}).")
        probabilities: Tensor = self.network(self.preprocessing(samples)).softmax(dim=1)
        return probabilities
