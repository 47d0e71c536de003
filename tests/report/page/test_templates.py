"""Filling in templates."""

from markupsafe import Markup

from vilfredo.report.page.templates import words


def test_lines_of_commands_are_broken_between_words_only() -> None:
    found = words("vilfredo deploy 'a <b>' --budget 10m")
    assert found.count('<span class="word">') == 6
    assert Markup(found).striptags() == "vilfredo deploy 'a <b>' --budget 10m"
    assert "<b>" not in found
