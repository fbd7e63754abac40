"""The picture of a lifecycle: complete, readable and self-contained."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from vorgang.config.text import Lang, Text
from vorgang.states.checker_deadlines import deadlines_in
from vorgang.states.checker_flow import Flow
from vorgang.states.diagram import Names, arrows, mermaid
from vorgang.states.diagram_layout import Node, lay_out
from vorgang.states.diagram_svg import picture_of, svg
from vorgang.states.diagram_text import width_of, wrapped
from vorgang.states.loader import load_folders, load_text

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = load_folders()
LANGS: tuple[Lang, ...] = ("de", "en")
ROLES = {"geschaeftsstelle": Text("Geschäftsstelle", "Council office")}
NAMES = {lang: Names(lang=lang, roles=ROLES) for lang in LANGS}
every = pytest.mark.parametrize("name", sorted(SHIPPED))
in_both = pytest.mark.parametrize("lang", LANGS)


def drawn(name: str, lang: Lang = "de") -> ET.Element:
    return ET.fromstring(svg(SHIPPED[name], NAMES[lang]))  # noqa: S314  # our own text


def words(root: ET.Element) -> str:
    return " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))


@every
@in_both
def test_the_picture_shows_every_state_and_event(name: str, lang: Lang) -> None:
    lifecycle, shown = SHIPPED[name], words(drawn(name, lang))
    for label in [state.label for state in lifecycle.states.values()] + [e.label for e in lifecycle.events.values()]:
        assert label.in_(lang) in shown


@every
def test_final_states_have_a_double_border_and_open_ones_their_owner(name: str) -> None:
    lifecycle, root = SHIPPED[name], drawn(name)
    boxes = [rect for rect in root.iter(f"{SVG}rect") if rect.get("stroke") not in {None, "none"}]
    inner = [rect for rect in boxes if rect.get("fill") == "none"]
    final = [state for state in lifecycle.states.values() if state.final]
    # One more of each in the legend.
    assert len(inner) == len(final) + 1
    assert len(boxes) - len(inner) == len(lifecycle.states) + 2


def test_roles_are_called_by_their_names() -> None:
    assert "Geschäftsstelle" in words(drawn("anfrage"))
    assert "Council office" in words(drawn("anfrage", "en"))
    assert "geschaeftsstelle" not in words(drawn("anfrage"))


@every
def test_nothing_overlaps(name: str) -> None:
    """No box and no caption touches another, whatever the lifecycle."""
    picture = picture_of(SHIPPED[name], NAMES["de"])
    layout = lay_out([picture.dot, *picture.boxes.values()], [line for line, _ in picture.lines], 18.0)
    nodes = [node for layer in layout.layers for node in layer]
    for one, other in combinations(nodes, 2):
        apart = abs(one.x - other.x) >= (one.width + other.width) / 2
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert all(node.x - node.width / 2 >= 0 and node.x + node.width / 2 <= layout.width for node in nodes)


@every
def test_lines_bend_only_between_the_layers(name: str) -> None:
    """Within a layer every line has its own place, so none runs through a box or a caption that is not its own."""
    picture = picture_of(SHIPPED[name], NAMES["de"])
    layout = lay_out([picture.dot, *picture.boxes.values()], [line for line, _ in picture.lines], 18.0)
    for upper, lower in layout.links:
        assert lower.layer == upper.layer + 1
        assert upper.bottom < lower.top


@every
def test_the_picture_is_self_contained_and_accessible(name: str) -> None:
    text, root = svg(SHIPPED[name], NAMES["de"]), drawn(name)
    assert not re.search(r"<script|<image|<foreignObject|@import|url\((?!#)|href=", text)
    assert text.count("http") == 1  # the namespace
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == SHIPPED[name].label.de
    description = root.findtext(f"{SVG}desc") or ""
    assert all(event.label.de in description for event in SHIPPED[name].events.values() if event.ways[0].to)


def test_labels_are_text_and_never_markup() -> None:
    text = """
    id = "x"
    version = 1
    label = "A & <B>"
    initial = "a"
    [state.a]
    label = "<script>alert(1)</script>"
    final = true
    [event.los]
    label = "\\"quoted\\"; a: b # c"
    opens = true
    by = ["geschaeftsstelle"]
    """
    lifecycle = load_text(text)
    assert "<script>alert" not in svg(lifecycle)
    assert ET.fromstring(svg(lifecycle)).findtext(f"{SVG}title") == "A & <B>"  # noqa: S314  # our own text
    line = next(line for line in mermaid(lifecycle).splitlines() if "-->" in line)
    assert re.fullmatch(r"    \[\*\] --> a : [^;:#\"]*", line)


def test_events_between_the_same_states_share_an_arrow_and_many_sources_a_line() -> None:
    shown = arrows(SHIPPED["anfrage"], NAMES["de"])
    (withdrawn,) = [arrow for arrow in shown if arrow.target == "zurueckgezogen"]
    assert len(withdrawn.sources) == 8
    referred = [a for a in arrows(SHIPPED["beratung"], NAMES["de"]) if a.sources == ("verwiesen",)]
    (settled,) = [arrow for arrow in referred if arrow.target == "erledigt"]
    assert [caption.text for caption in settled.captions] == [
        "Beratung im anderen Gremium beendet",
        "Vorberatung beenden",
        "ohne Beschluss erledigen",
    ]


def test_what_only_the_engine_does_is_dashed() -> None:
    dashed = [path for path in drawn("mitzeichnung").iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert len(dashed) == 4  # the opening, silence, what is taken back, and the legend


def test_boxes_name_the_deadlines_that_run() -> None:
    running = deadlines_in(Flow(SHIPPED["anfrage"]))
    shown = SHIPPED["anfrage"].deadlines
    assert [name for name in running["zugewiesen"] if not shown[name].is_optional] == ["antwort", "annahme"]
    assert shown["plan_entwurf"].label.en not in words(drawn("anfrage", "en"))  # not in every town
    assert SHIPPED["anfrage"].deadlines["annahme"].label.en in words(drawn("anfrage", "en"))


@every
@in_both
def test_mermaid_has_every_way(name: str, lang: Lang) -> None:
    lifecycle, text = SHIPPED[name], mermaid(SHIPPED[name], NAMES[lang])
    assert "stateDiagram-v2" in text
    for event in lifecycle.events.values():
        for way in event.ways:
            for source in way.sources or ("[*]",):
                assert f"    {source} --> {way.to or source} : " in text
    for state in lifecycle.states.values():
        assert f"as {state.name}" in text
        assert (f"    {state.name} --> [*]" in text) is state.final


def test_a_lifecycle_of_one_state_can_be_drawn() -> None:
    dot, box = Node(10, 10), Node(50, 20, layer=2)
    assert lay_out([dot, box], [], 10.0).width >= 50


def test_text_is_broken_between_words_only() -> None:
    lines = wrapped("Veröffentlichung der Antwort auf die Anfrage", 12, 120)
    assert " ".join(lines) == "Veröffentlichung der Antwort auf die Anfrage"
    assert len(lines) > 1
    assert all(width_of(line, 12) <= 120 or " " not in line for line in lines)
