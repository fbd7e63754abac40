"""A lifecycle as one self-contained SVG: fit for a web page, a document or the wall of the council office.

No script, no font, no image, no reference to anything outside; a title and a description for screen readers.
"""

from dataclasses import dataclass
from html import escape

from ..config.text import Text
from .checker_deadlines import deadlines_in
from .checker_flow import Flow
from .diagram import Arrow, Names, arrows, stays
from .diagram_draw import (
    CLOCK,
    FRAME,
    INK,
    LINE,
    PAD,
    PAPER,
    SOFT,
    Row,
    backing,
    block,
    caption_rows,
    frame,
    paths,
    ports,
    rows,
    size_of,
    text,
)
from .diagram_layout import Layout, Line, Node, lay_out, ranks
from .lifecycle import Lifecycle, State

MARGIN, GAP_Y, HEAD = 32.0, 18.0, 64.0
BOX_LEAST, DOT = 150.0, 18.0
FONTS = "'Source Sans 3','Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif"

_OPENING = Text("Beginn", "start")
_LEGEND = {
    "state": Text("Zustand, darunter die zuständige Stelle", "state, and below it who owns the case"),
    "final": Text("Ende des Vorgangs", "end of the case"),
    "arrow": Text("Ereignis, darunter, wer es auslöst", "event, and below it who makes it happen"),
    "dashed": Text("geschieht von selbst", "happens by itself"),
    "turn": Text("möglich, ohne den Zustand zu verlassen", "possible without leaving the state"),
    "clock": Text("Frist, die hier laufen kann", "deadline that may run here"),
}
_VERSION = Text("Lebenszyklus {id}, Version {version}", "lifecycle {id}, version {version}")


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to draw, not yet placed."""

    boxes: dict[str, Node]
    content: dict[Node, list[Row]]
    dot: Node
    lines: list[tuple[Line, Arrow]]


def svg(lifecycle: Lifecycle, names: Names | None = None) -> str:
    """The picture of `lifecycle`."""
    names = names or Names()
    picture = picture_of(lifecycle, names)
    layout = lay_out([picture.dot, *picture.boxes.values()], [line for line, _ in picture.lines], GAP_Y)
    title = lifecycle.label.in_(names.lang)
    legend, legend_width, legend_height = _legend(names)
    width = max(layout.width, legend_width, 320.0) + 2 * MARGIN
    height = HEAD + layout.height + legend_height + 2.2 * MARGIN
    shift = (width - layout.width) / 2
    version = _VERSION.in_(names.lang).format(id=lifecycle.id, version=lifecycle.version)
    shapes = [
        text(Row(title, 26, INK, bold=True), MARGIN, MARGIN + 24),
        text(Row(version, 12, SOFT), MARGIN, MARGIN + 44),
        f'<g transform="translate({shift:.1f} {HEAD + MARGIN:.1f})">',
        *_drawn(lifecycle, picture, layout),
        "</g>",
        f'<g transform="translate({MARGIN:.1f} {HEAD + MARGIN + layout.height:.1f})">{legend}</g>',
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-labelledby="title desc" lang="{names.lang}" '
        f'font-family="{FONTS}">'
    )
    about = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(_description(lifecycle, names))}</desc>'
    paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return "\n".join([head, about, _MARKER, paper, *shapes, "</svg>"]) + "\n"


_MARKER = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    f'<path d="M0 .8 10 5 0 9.2z" fill="{LINE}"/></marker></defs>'
)


def picture_of(lifecycle: Lifecycle, names: Names) -> Picture:
    """What there is to draw, in the sizes of its texts."""
    shown = arrows(lifecycle, names)
    targets: dict[str, list[str]] = {name: [] for name in lifecycle.states}
    for arrow in shown:
        for source in arrow.sources:
            targets[source].append(arrow.target)
    rank = ranks(lifecycle.initial, targets)
    running = deadlines_in(Flow(lifecycle))
    content: dict[Node, list[Row]] = {}
    boxes: dict[str, Node] = {}
    for name, state in lifecycle.states.items():
        lines = _state_rows(lifecycle, state, names, running[name])
        width, height = size_of(lines, PAD, BOX_LEAST)
        boxes[name] = Node(width, height, layer=2 * (rank[name] + 1))
        content[boxes[name]] = lines
    dot = Node(DOT, DOT)
    drawn: list[tuple[Line, Arrow]] = []
    for arrow in shown:
        target = boxes[arrow.target]
        for sources in _by_direction([boxes[name] for name in arrow.sources] or [dot], target):
            lines = caption_rows(arrow.captions)
            node = Node(*size_of(lines, 4.0), inner=True)
            content[node] = lines
            drawn.append((Line(sources, target, node), arrow))
    return Picture(boxes, content, dot, drawn)


def _by_direction(sources: list[Node], target: Node) -> list[list[Node]]:
    """A line goes down or up; sources on both sides of the target need one each."""
    parts = [[node for node in sources if node.layer < target.layer], [n for n in sources if n.layer > target.layer]]
    return [part for part in parts if part]


def _state_rows(lifecycle: Lifecycle, state: State, names: Names, running: tuple[str, ...]) -> list[Row]:
    found = rows(state.label.in_(names.lang), 15, INK, bold=True)
    if state.final:
        return found
    if state.owner:
        found += rows(names.role(lifecycle, state.owner), 12, SOFT)
    for name in running:
        if lifecycle.deadlines[name].is_optional:  # not in every town
            continue
        found += rows(lifecycle.deadlines[name].label.in_(names.lang), 11, CLOCK, sign="clock")
    for caption in stays(lifecycle, state.name, names):
        found += rows(caption.text, 11, FRAME, sign="turn")
    return found


def _drawn(lifecycle: Lifecycle, picture: Picture, layout: Layout) -> list[str]:
    at = ports(layout.links)
    shapes: list[str] = []
    for line, arrow in picture.lines:
        dash = ' stroke-dasharray="5 3"' if arrow.automatic else ""
        for number, data in enumerate(paths(line, at)):
            tip = ' marker-end="url(#tip)"' if number == 0 else ""
            shapes.append(f'<path d="{data}" fill="none" stroke="{LINE}" stroke-width="1.4"{dash}{tip}/>')
    for line, _ in picture.lines:
        shapes += [backing(line.caption), *block(picture.content[line.caption], line.caption, 4.0)]
    for name, node in picture.boxes.items():
        shapes += frame(node, final=lifecycle.states[name].final)
        shapes += block(picture.content[node], node, PAD)
    dot = picture.dot
    shapes.append(f'<circle cx="{dot.x:.1f}" cy="{dot.y + DOT / 2:.1f}" r="{DOT / 2:g}" fill="{INK}"/>')
    return shapes


def _legend(names: Names) -> tuple[str, float, float]:
    """The explanation of the signs in two columns, with its width and height."""
    shapes = [f'<path d="M0 0H560" stroke="{LINE}" stroke-width=".6"/>']
    for number, (kind, meaning) in enumerate(_LEGEND.items()):
        x, y = (number % 2) * 290.0, 24.0 + (number // 2) * 24.0
        shapes += _sample(kind, x, y)
        shapes.append(text(Row(meaning.in_(names.lang), 11, SOFT), x + 44, y + 4))
    return "".join(shapes), 590.0, 24.0 + 24.0 * ((len(_LEGEND) + 1) // 2)


def _sample(kind: str, x: float, y: float) -> list[str]:
    if kind in {"state", "final"}:
        return frame(Node(34, 18, x=x + 17, y=y - 9), final=kind == "final")
    if kind in {"turn", "clock"}:
        row = Row("", 13, CLOCK if kind == "clock" else FRAME, sign=kind)
        return block([row], Node(34, 18, x=x + 14, y=y - 9), 0.0)
    dash = ' stroke-dasharray="5 3"' if kind == "dashed" else ""
    line = f'<path d="M{x} {y}h34" stroke="{LINE}" stroke-width="1.4"{dash} marker-end="url(#tip)"/>'
    return [line]


def _description(lifecycle: Lifecycle, names: Names) -> str:
    """The picture in words."""
    labels = {name: state.label.in_(names.lang) for name, state in lifecycle.states.items()}
    sentences = []
    for arrow in arrows(lifecycle, names):
        sources = ", ".join(labels[name] for name in arrow.sources) or _OPENING.in_(names.lang)
        events = " / ".join(f"{caption.text} ({caption.roles})" for caption in arrow.captions)
        sentences.append(f"{sources} → {labels[arrow.target]}: {events}.")
    return " ".join(sentences)
