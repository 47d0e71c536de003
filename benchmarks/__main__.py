"""The command: ``python -m benchmarks [NAME …] [--json FILE] [--quick]``."""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

from benchmarks.conditions import conditions, describe, warning
from benchmarks.progress import Watch
from benchmarks.report import Scale
from vilfredo.cli.output import stderr, stdout
from vilfredo.discovery import modules


def benchmarks() -> dict[str, ModuleType]:
    """All modules of this folder that can be run, by name."""
    found = {module.__name__.rpartition(".")[2]: module for module in modules("benchmarks")}
    return {name: module for name, module in found.items() if hasattr(module, "SECONDS")}


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmarks asked for, one after the other; the JSON file is complete up to the last one that ended."""
    known = benchmarks()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Vilfredo on this machine.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones (all by default): {', '.join(known)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, round by round")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to try out, not to publish")
    asked = parser.parse_args(words)
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"no benchmark is called '{unknown[0]}'. Known: {', '.join(known)}")
    measure({name: known[name] for name in asked.names or known}, "quick" if asked.quick else "full", asked.json)


def measure(chosen: dict[str, ModuleType], scale: Scale, file: Path | None) -> None:
    """Run benchmarks, print their tables, and write the figures to `file`."""
    found = conditions()
    stdout.print(describe(found), markup=False)
    if doubt := warning(found):
        stderr.print(doubt, markup=False, style="yellow")
    stdout.print()
    reports = {}
    with Watch({name: module.SECONDS[scale] for name, module in chosen.items()}, stderr) as watch:
        for name, module in chosen.items():
            report = module.run(scale, partial(watch.tell, name))
            watch.tell(name, 1.0, "done")
            report.show(stdout)
            reports[name] = report.to_json()
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                text = json.dumps({"conditions": found, "scale": scale, "benchmarks": reports}, indent=2)
                file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
