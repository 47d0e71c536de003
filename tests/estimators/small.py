"""Settings with which an estimator is fitted in a fraction of a second."""

from typing import Any

TABLE: dict[str, Any] = {
    "settings": {
        "strategy": {"name": "random", "cells_per_size": 2},
        "space": {"layers": 1, "widths": [32], "activations": ["relu"], "dropout": False},
        "training": {"epochs": 2},
    },
    "deploy_settings": {"selection": {"top": 1}, "final": {"training": {"epochs": 12, "learning_rate": 0.02}}},
    "random_state": 0,
}


def _cells(operator: str, training: dict[str, Any]) -> dict[str, Any]:
    return {
        "settings": {
            "strategy": {"name": "random", "cells_per_size": 1},
            "space": {"operators": [operator], "blocks": 1},
            "network": {"motifs": 1, "filters": 8},
            "training": {"epochs": 1, "batch_size": 16, **training},
        },
        "deploy_settings": {
            "selection": {"top": 1, "growth": None},
            "final": {"training": {"epochs": 15, "secondary_exit": 0.0, "drop_path": 0.0}},
        },
        "random_state": 0,
    }


IMAGE = _cells("3x3 conv", {"translation": 0.0, "learning_rate": 0.05})
SERIES = _cells("7 conv", {"learning_rate": 0.05})
