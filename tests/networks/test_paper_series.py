"""Networks that the paper found on time series have the sizes that it prints (POPNASv3, table 12, in millions)."""

import pytest

from vilfredo.networks.counting import count
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture

_THREE = "[(-2, '13 conv', -2, '21 conv');(-2, '13 conv', -2, '21 conv');(-2, '13 conv', -2, '13 conv')]"
_GRUS = "[(-2, '7:4dr conv', -2, 'gru');(-2, '7:4dr conv', -2, 'gru');(-2, '13 dconv', -2, 'gru')]"
_FOUR = (
    "[(-2, '21 conv', -1, 'gru');(-2, '21 dconv', -1, '21 dconv');(-2, '21 conv', 1, 'gru');"
    "(-2, '13 dconv', -1, 'lstm')]"
)


@pytest.mark.parametrize(
    ("cell", "motifs", "normal", "filters", "channels", "length", "classes", "millions"),
    [
        ("[(-2, 'identity', -2, '7 dconv')]", 3, 2, 24, 1, 128, 4, 0.03),  # TwoPatterns
        ("[(-2, 'identity', -2, '13 dconv')]", 3, 2, 24, 1, 152, 2, 0.03),  # Wafer
        ("[(-2, '7 dconv', -1, '21 dconv')]", 3, 2, 24, 1, 131, 14, 0.08),  # FaceAll
        ("[(-2, 'gru', -1, '2 avgpool')]", 3, 2, 24, 1, 140, 5, 0.20),  # ECG5000
        ("[(-2, 'gru', -1, '13 conv')]", 3, 2, 24, 1, 720, 3, 0.57),  # SmallKitchenAppliances
        ("[(-2, '7:4dr conv', -1, '7:4dr conv')]", 3, 2, 24, 1, 300, 12, 0.38),  # CricketZ
        ("[(-2, '21 dconv', -1, '13 conv')]", 3, 2, 24, 1, 80, 6, 0.42),  # MiddlePhalanxTW
        ("[(-2, '13 dconv', -1, 'gru')]", 3, 3, 48, 2, 8, 10, 1.27),  # PenDigits
        ("[(-2, 'gru', -1, '21 conv')]", 3, 2, 42, 1, 176, 37, 2.47),  # Adiac
        (_THREE, 3, 4, 24, 1, 128, 15, 2.67),  # SwedishLeaf
        (_FOUR, 3, 4, 20, 1, 512, 60, 2.49),  # ShapesAll
        ("[(-2, '13 dconv', -1, 'lstm')]", 3, 4, 48, 1, 720, 3, 2.07),  # RefrigerationDevices
        (_GRUS, 4, 2, 24, 6, 36, 14, 2.65),  # LSST
    ],
)
def test_sizes_of_table_12(
    cell: str, motifs: int, normal: int, filters: int, channels: int, length: int, classes: int, millions: float
) -> None:
    macro = MacroArchitecture(motifs=motifs, normal_cells=normal, filters=filters)
    counts = count(parse_cell(cell), macro, (channels, 1, length), classes)
    assert counts.parameters_with_buffers / 1e6 == pytest.approx(millions, abs=0.0055)
