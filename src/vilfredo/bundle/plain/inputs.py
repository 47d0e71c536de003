"""From samples as they come to what networks read."""

import torch
from torch import Tensor, nn


class ImageInput(nn.Module):
    """Each channel of an image brought to zero mean and unit deviation: ``(x / divisor - mean) / std``."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: list[float], std: list[float], divisor: float) -> None:
        super().__init__()
        self.divisor = divisor
        self.register_buffer("mean", torch.tensor(mean).view(-1, 1, 1), persistent=False)  # (c, 1, 1)
        self.register_buffer("std", torch.tensor(std).view(-1, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Map images (n, c, h, w) of any type to float32 of that shape."""
        return (images.float() / self.divisor - self.mean) / self.std


class SeriesInput(nn.Module):
    """Each channel of a series brought to zero mean and unit deviation; what is unknown is taken to be at the mean."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: list[float], std: list[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(-1, 1, 1), persistent=False)  # (c, 1, 1)
        self.register_buffer("std", torch.tensor(std).view(-1, 1, 1), persistent=False)

    def forward(self, series: Tensor) -> Tensor:
        """Map series (n, c, length), NaN where unknown, to (n, c, 1, length), float32 and finite."""
        x = (series.float().unsqueeze(2) - self.mean) / self.std
        return torch.nan_to_num(x, nan=0.0)


class TableInput(nn.Module):
    """Rows of a table as features: numbers filled in and scaled, which of them were missing, categories spread out.

    Parameters
    ----------
    numbers
        For each column of numbers: its place in the row, what stands for a missing one, mean, scale.
    marked
        Columns of numbers for which one more feature says whether they were missing.
    categories
        For each column of categories: its place, the feature of each category by its number (the last is that of all
        from there on, -1 has none), the feature of a missing one, how many features there are.
    """

    numbers: Tensor
    fill: Tensor
    mean: Tensor
    scale: Tensor
    marked: Tensor

    def __init__(
        self,
        numbers: list[tuple[int, float, float, float]],
        marked: list[int],
        categories: list[tuple[int, list[int], int, int]],
    ) -> None:
        super().__init__()
        values = torch.tensor([number[1:] for number in numbers], dtype=torch.float64).view(-1, 3)
        fill, mean, scale = values.unbind(dim=1)  # (numbers,) each
        self.register_buffer("numbers", torch.tensor([number[0] for number in numbers], dtype=torch.int64), False)
        self.register_buffer("fill", fill.clone(), False)
        self.register_buffer("mean", mean.clone(), False)
        self.register_buffer("scale", scale.clone(), False)
        self.register_buffer("marked", torch.tensor(marked, dtype=torch.int64), False)
        self.categories = [(place, missing, width) for place, _, missing, width in categories]
        for index, (_, places, _, _) in enumerate(categories):
            self.register_buffer(f"places{index}", torch.tensor(places), False)

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows (n, columns), NaN where missing, to features (n, features, 1, 1), float32 and finite."""
        rows = rows.double()
        features = []
        if len(self.numbers):
            x = rows.index_select(1, self.numbers)  # (n, numbers)
            filled = torch.where(x.isnan(), self.fill, x.clamp(-1e150, 1e150))
            features.append(((filled - self.mean) / self.scale).clamp(-1e6, 1e6).float())
        if len(self.marked):
            features.append(rows.index_select(1, self.marked).isnan().float())
        for index, (place, missing, width) in enumerate(self.categories):
            features.append(self._spread(rows[:, place], self.get_buffer(f"places{index}"), missing, width))
        return torch.cat(features, dim=1)[:, :, None, None]

    def _spread(self, column: Tensor, places: Tensor, missing: int, width: int) -> Tensor:
        """Map categories by number (n,) to features (n, width) of which one is 1, or none."""
        unknown = column.isnan()
        numbers = torch.where(unknown, 0.0, column).clamp(0, len(places) - 1).long()
        chosen = torch.where(unknown, missing, places[numbers])  # (n,)
        return (chosen[:, None] == torch.arange(width, device=column.device)).float()
