"""Hooks of MkDocs: CONTRIBUTING.md and CHANGELOG.md, which code hosts look for at the root, are pages too."""

import html
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ROOT = Path(__file__).parent.parent
_PAGES = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages to those of ``docs/``."""
    for name, place in _PAGES.items():
        files.append(File.generated(config, place, abs_src_path=str(_ROOT / name)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mend links between ``docs/`` and the pages of the root, and bars within code in tables."""
    markdown = re.sub(r"`([^`\n]*\\\|[^`\n]*)`", _code_with_bars, markdown)
    if page.file.src_uri in _PAGES.values():
        return re.sub(r"\]\(docs/", "](", markdown)
    for name, place in _PAGES.items():
        markdown = re.sub(rf"\]\(((?:\.\./)*)\.\./{re.escape(name)}", rf"](\1{place}", markdown)
    return markdown


def _code_with_bars(match: re.Match[str]) -> str:
    """Make plain HTML of it: code hosts drop the backslash before a bar in a table's code, Python-Markdown doesn't."""
    return f"<code>{html.escape(match[1]).replace(chr(92) + '|', '&#124;')}</code>"


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Refuse a page that would load something from elsewhere."""
    if found := re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"?https?:[^>]*>", output):
        raise PluginError(f"{page.file.src_uri} loads from elsewhere: {found[0]}")
    return output
