"""The tables of POPNAS v1 and POPNASv3, in small: fills those of docs/reproduction.md.

``python -m benchmarks.reproduce --comparison DIR`` takes a few minutes of one core; see the page for what is computed.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reproduction.page import filled
from benchmarks.reproduction.predictions import prediction_table
from benchmarks.reproduction.regressors import regressor_tables
from benchmarks.reproduction.replays import replay, strategies
from benchmarks.reproduction.searched import Searched, compared
from benchmarks.reproduction.searches import ratio_table, search_table
from benchmarks.reproduction.table import Table
from benchmarks.reproduction.top import top_table
from vilfredo import __version__
from vilfredo.errors import VilfredoError
from vilfredo.files import write_whole
from vilfredo.search.landscape import Landscape
from vilfredo.search.landscapes import find_landscape

LANDSCAPES = ("digits", "pendigits")
SEEDS, BEAM = 10, 32
"""Of the replays. The papers have one seed, and beams of 256 and 128."""


def tables(
    landscapes: Sequence[Landscape], live: Sequence[Searched], seeds: int = SEEDS, beam: int = BEAM
) -> list[Table]:
    """Compute all tables.

    Parameters
    ----------
    landscapes
        One at least; table 7 of v1 is of the first alone.
    live
        Runs of comparisons.
    seeds, beam
        Of the replays in a landscape: how many searches of each strategy, and most cells per size.
    """
    replays = [
        [replay(landscape, strategy, seed) for strategy in strategies(beam) for seed in range(seeds)]
        for landscape in landscapes
    ]
    searches = [*itertools.chain(*replays), *live]
    return [
        *regressor_tables(landscapes),
        top_table(landscapes[0], replays[0]),
        prediction_table("v3-table-4", "accuracy", searches, landscapes),
        prediction_table("v3-table-5", "training_time", searches, landscapes),
        search_table(searches),
        ratio_table(searches),
    ]


def main(words: Sequence[str] | None = None) -> None:
    """Compute the tables, put them on the page, and write all figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reproduce", description=main.__doc__)
    parser.add_argument(
        "--landscape", action="append", metavar="NAME", help="recorded landscape, or its .npz; repeatable"
    )
    parser.add_argument(
        "--comparison", type=Path, action="append", default=[], metavar="DIR", help="of `vilfredo compare`; repeatable"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/reproduction.md"), metavar="PAGE", help="page to fill")
    parser.add_argument("--json", type=Path, default=Path("runs/reproduction.json"), metavar="FILE")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="replays of each strategy")
    parser.add_argument("--beam", type=int, default=BEAM, help="most cells per size in replays")
    asked = parser.parse_args(words)
    if asked.seeds < 1 or asked.beam < 1:
        parser.error("seeds and beam: expected 1 or more")
    try:
        page = asked.out.read_text(encoding="utf-8")
        landscapes = [find_landscape(name) for name in asked.landscape or LANDSCAPES]
        live = [search for folder in asked.comparison for search in compared(folder)]
        found = tables(landscapes, live, asked.seeds, asked.beam)
        write_whole(asked.out, filled(page, found).encode())
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        write_whole(asked.json, _json(asked, landscapes, found).encode())
    except (VilfredoError, OSError) as error:
        sys.exit(str(error))


def _json(asked: argparse.Namespace, landscapes: Sequence[Landscape], found: Sequence[Table]) -> str:
    head = {
        "vilfredo": __version__,
        "landscapes": {landscape.about.name: landscape.checksum for landscape in landscapes},
        "comparisons": [str(folder) for folder in asked.comparison],
        "seeds": asked.seeds,
        "beam": asked.beam,
    }
    return json.dumps({**head, "tables": {one.name: one.to_json() for one in found}}, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
