"""The code blocks of the documents, and the marks before them that say how a test runs them.

A block that calls a command, or is Python, is run as it stands. HTML comments right before it change that, and say why:

- ``long``, ``elsewhere``: it is not run, since it takes too long or needs what a test has not;
- ``slow``: it is run with the tests marked so;
- ``shortened``: it is run with less time, see `tests.documentation.running`;
- ``varies``: it is run, and its shown output is not compared, since times or folders are in it.

Two say where instead: ``in: FOLDER``, it is run there; ``file: PATH``, it is no command but the text of that file.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MARKS = {"long", "elsewhere", "slow", "shortened", "varies", "in", "file"}
_PROGRAMS = re.compile(r"^(\$ )?(vilfredo|python3?|make|pip|mkdir|cp|cd) ", re.MULTILINE)
_FENCED = re.compile(r"((?:^<!-- [^\n]* -->\n)*)^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"^<!-- (\w+): (.+) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block between fences."""

    page: Path
    line: int
    language: str
    text: str
    marks: dict[str, str]

    @property
    def name(self) -> str:
        """Where it is, for messages."""
        return f"{page_name(self.page)}:{self.line}"

    @property
    def runnable(self) -> bool:
        """Whether it holds commands or Python, or is a file that they need."""
        shell = self.language in {"", "sh", "console"} and _PROGRAMS.search(self.text) is not None
        return shell or self.language == "python" or "file" in self.marks

    @property
    def excused(self) -> bool:
        """Whether no test runs it."""
        return bool(self.marks.keys() & {"long", "elsewhere"})

    @property
    def slow(self) -> bool:
        """Whether only the slow tests run it."""
        return "slow" in self.marks


def page_name(page: Path) -> str:
    """The page as links know it, e.g. ``docs/cli.md``."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path) -> list[Block]:
    """All blocks of a page, in their order."""
    text = page.read_text()
    return [
        Block(page, text[: match.start(2)].count("\n") + 1, match[2], match[3], dict(_MARK.findall(match[1])))
        for match in _FENCED.finditer(text)
    ]
