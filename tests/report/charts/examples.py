import math

from vilfredo.report.charts.chart import PALETTE, Axis, Band, Bars, Chart, Heat, Line, Points, Rule, Symbol

SYMBOLS: tuple[Symbol, ...] = ("dot", "ring", "cross", "diamond", "square")
TIME, ACCURACY = Axis("training time per epoch", "seconds", logarithmic=True), Axis("accuracy", "fraction")
NASTY = "<script>alert(\"1\")</script> & 'x' \x00\u202e"
LONG = "a separable convolution that has a very long name which nobody can read in full"


def scatter(n: int = 40) -> Chart:
    x = tuple(0.1 * 1.1**k for k in range(n))
    y = tuple(0.5 + 0.4 * math.sin(k) ** 2 for k in range(n))
    layers = tuple(
        Points(x[k::5], y[k::5], symbol, colour, symbol)
        for k, (symbol, colour) in enumerate(zip(SYMBOLS, PALETTE, strict=False))
    )
    return Chart("Accuracy and time", TIME, ACCURACY, (*layers, Rule(y=0.7, label="k-nearest neighbours")))


def curves() -> Chart:
    x = tuple(float(k) for k in range(30))
    mean = tuple(1 - math.exp(-k / 8) for k in x)
    gaps = tuple(math.nan if k in {7, 8, 20} else 0.02 * k for k in x)
    return Chart(
        "Progress",
        Axis("networks trained", "count"),
        ACCURACY,
        (
            Band(x, tuple(v - 0.1 for v in mean), tuple(v + 0.1 for v in mean), "mean ± sd"),
            Line(x, mean, "mean ± sd"),
            Line(x, gaps, "with gaps", "orange", dashed=True),
            Line(x, tuple(0.1 * (k // 10) for k in x), "steps", "green", steps=True),
            Line(x, tuple(0.01 * k for k in x), colour="grey", faint=True),
            Rule(x=12, label="here"),
        ),
    )


def bars(names: tuple[str, ...] = ("conv", "pool", LONG), *, horizontal: bool = False) -> Chart:
    values, categories = Axis("share", "percent"), Axis("operator", categories=names)
    layers = (
        Bars(tuple(10.0 * k - 10 for k in range(len(names))), "space", "grey"),
        Bars(tuple(math.nan if k == 1 else 20.0 for k in range(len(names))), "front", "blue"),
    )
    if horizontal:
        return Chart("Usage", values, categories, layers, horizontal=True)
    return Chart("Usage", categories, values, layers)


def heat() -> Chart:
    edges = tuple(0.1 * k for k in range(6))
    counts = tuple(tuple(10 * max(0, 2 - abs(row - column)) for column in range(5)) for row in range(5))
    layers = (Heat(edges, edges, counts, "networks", "blue"), Rule(label="predicted = measured"))
    return Chart("Predictions", Axis("predicted", "fraction"), Axis("measured", "fraction"), layers)


def empty() -> Chart:
    return Chart("Nothing", Axis("time", "seconds"), ACCURACY, ())


def nasty() -> Chart:
    points = Points((1.0, 2.0), (1.0, 2.0), NASTY, tips=(NASTY, f"{NASTY}\nsecond line"))
    axes = Axis(NASTY), Axis(NASTY)
    return Chart(NASTY, *axes, (points, Line((1.0, 2.0), (1.0, 2.0), "$x^2$ _a"), Rule(x=1.5, label=NASTY)), NASTY)


def broken() -> Chart:
    bad = (math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308, 1e-320)
    x = Axis("x", "number", logarithmic=True)
    y = Axis("y", "count", logarithmic=True)
    layers = (Points(bad, bad, "p"), Line(bad, bad, "l"), Band(bad, bad, bad, "b"), Rule(x=math.nan), Rule(y=-1.0))
    return Chart("Broken", x, y, layers)


ALL = {
    "scatter": scatter(),
    "curves": curves(),
    "bars": bars(),
    "beside": bars(horizontal=True),
    "heat": heat(),
    "empty": empty(),
    "nasty": nasty(),
    "broken": broken(),
}
