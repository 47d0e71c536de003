from vilfredo.report.words import beginning, counted, percent, score_axis, score_label, span, was


def test_numbers_of_things() -> None:
    assert counted(1, "network") == "1 network"
    assert counted(0, "network") == "0 networks"
    assert counted(1200, "box", "boxes") == "1,200 boxes"
    assert (was(1), was(2)) == ("was", "were")


def test_scores_say_which_way_is_better_where_that_is_not_up() -> None:
    assert score_label("accuracy") == "validation accuracy"
    assert score_label("nll").endswith("(less is better)")
    assert score_axis("macro_f1").quantity == "fraction"
    assert score_axis("nll").quantity == "number"


def test_shares_are_percent_with_a_space() -> None:
    assert percent(0.631) == "63 %"
    assert percent(0.0014, 1) == "0.1 %"


def test_spans_have_as_many_digits_as_they_deserve() -> None:
    assert span(0.0213) == "21.3\u00a0ms"
    assert span(44.4) == "44 s"
    assert span(7200) == "2 h 00 min"


def test_of_long_names_the_beginning_is_told() -> None:
    assert beginning("a" * 60) == "a" * 60
    assert beginning("a" * 61) == "a" * 59 + "…"
