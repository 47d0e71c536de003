"""Hooks of MkDocs: CONTRIBUTING.md and CHANGELOG.md, which code hosts look for at the root, are pages too."""

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
    """Mend links: those from the pages into ``docs/``, and those from ``docs/`` to the pages."""
    if page.file.src_uri in _PAGES.values():
        return re.sub(r"\]\(docs/", "](", markdown)
    for name, place in _PAGES.items():
        markdown = re.sub(rf"\]\(((?:\.\./)*)\.\./{re.escape(name)}", rf"](\1{place}", markdown)
    return markdown


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Refuse a page that would load something from elsewhere."""
    if found := re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"?https?:[^>]*>", output):
        raise PluginError(f"{page.file.src_uri} loads from elsewhere: {found[0]}")
    return output
