"""Charts as SVG that stands in the page: drawn by shape and words, not by colour alone. Pure.

No inline style, which the pages' policy forbids: presentation attributes and `currentColor`, so that they follow the
page's own colours in light and dark. Each has a title, a description, and its figures written beside its shapes.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH = 560
LABEL_WIDTH, FIGURES_WIDTH = 150, 60
BAR_HEIGHT, BAR_SPACE = 18, 30
COLUMNS_HEIGHT = 120
TEXT = 'fill="currentColor" font-size="12"'

FILLS = ("solid", "hatched", "outlined", "dotted")
"""How the parts of a bar are told apart, in the order they are given."""


def stacked(
    name: str, title: str, description: str, parts: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Markup:
    """Horizontal bars, one a row, each of `parts` that add up; `name` is the chart's own on its page."""
    most = max((sum(values) for _, values in rows), default=0) or 1
    drawn = [_key(name, parts)]
    drawn += [_bar(name, place, label, values, most) for place, (label, values) in enumerate(rows)]
    return _figure(name, title, description, drawn, height=24 + BAR_SPACE * len(rows))


def columns(name: str, title: str, description: str, values: Sequence[tuple[str, int]]) -> Markup:
    """Vertical bars side by side, each with its figure above; of the labels below as many as there is room for."""
    most = max((value for _, value in values), default=0) or 1
    width = WIDTH / max(len(values), 1)
    every = max(1, round(52 / width))
    drawn = [_column(place, width, label, value, most, told=place % every == 0) for place, (label, value) in
             enumerate(values)]  # fmt: skip
    base = f'<path d="M0 {COLUMNS_HEIGHT + 16}H{WIDTH}" stroke="currentColor" stroke-opacity="0.5"/>'
    return _figure(name, title, description, [base, *drawn], height=COLUMNS_HEIGHT + 40)


def _figure(name: str, title: str, description: str, drawn: Sequence[str], height: int) -> Markup:
    head = (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-labelledby="{name}-title {name}-description" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-description">{escape(description)}</desc>'
    )
    return Markup("\n").join(map(Markup, (head, _patterns(name), *drawn, "</svg>")))


def _patterns(name: str) -> str:
    lines = '<path d="M0 6L6 0" stroke="currentColor" stroke-width="1.5"/>'
    dots = '<circle cx="2" cy="2" r="1" fill="currentColor"/>'
    return (
        f'<defs><pattern id="{name}-hatched" width="6" height="6" patternUnits="userSpaceOnUse">{lines}</pattern>'
        f'<pattern id="{name}-dotted" width="5" height="5" patternUnits="userSpaceOnUse">{dots}</pattern></defs>'
    )


def _fill(name: str, part: int) -> str:
    fill = FILLS[part % len(FILLS)]
    inside = {"solid": "currentColor", "outlined": "none"}.get(fill, f"url(#{name}-{fill})")
    return f'fill="{inside}" stroke="currentColor"'


def _key(name: str, parts: Sequence[str]) -> str:
    """What each fill means."""
    width = (WIDTH - LABEL_WIDTH) / max(len(parts), 1)
    drawn = [
        f'<rect x="{LABEL_WIDTH + part * width:.0f}" y="3" width="12" height="12" {_fill(name, part)}/>'
        f'<text x="{LABEL_WIDTH + part * width + 18:.0f}" y="13" {TEXT}>{escape(words)}</text>'
        for part, words in enumerate(parts)
    ]
    return "".join(drawn)


def _bar(name: str, place: int, label: str, values: Sequence[int], most: int) -> str:
    top = 26 + place * BAR_SPACE
    scale = (WIDTH - LABEL_WIDTH - FIGURES_WIDTH) / most
    drawn, left = [], float(LABEL_WIDTH)
    for part, value in enumerate(values):
        size = value * scale
        if value:
            box = f'x="{left:.1f}" y="{top}" width="{size:.1f}" height="{BAR_HEIGHT}"'
            drawn.append(f"<rect {box} {_fill(name, part)}/>")
        left += size
    shown = label if len(label) <= 22 else f"{label[:21]}…"
    words = f'<text x="{LABEL_WIDTH - 8}" y="{top + 13}" text-anchor="end" {TEXT}>{escape(shown)}</text>'
    figure = f'<text x="{left + 6:.1f}" y="{top + 13}" {TEXT}>{sum(values):,}</text>'
    return words + "".join(drawn) + figure


def _column(place: int, width: float, label: str, value: int, most: int, *, told: bool) -> str:
    height = COLUMNS_HEIGHT * value / most
    left, top = place * width, COLUMNS_HEIGHT + 16 - height
    middle = left + width / 2
    box = f'<rect x="{left + width * 0.15:.1f}" y="{top:.1f}" width="{width * 0.7:.1f}" height="{height:.1f}"'
    drawn = f'{box} fill="currentColor"/>' if value else ""
    drawn += f'<text x="{middle:.1f}" y="{top - 4:.1f}" text-anchor="middle" {TEXT}>{value:,}</text>'
    if told:
        below = COLUMNS_HEIGHT + 32
        drawn += f'<text x="{middle:.1f}" y="{below}" text-anchor="middle" {TEXT}>{escape(label)}</text>'
    return drawn
