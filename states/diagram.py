"""What a picture of a lifecycle shows, and the picture as Mermaid text. The drawing of the SVG is in `diagram_svg`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..config.text import Lang, Text
from .lifecycle import AUTOMATIC, Event, Lifecycle
from .loader_fields import humanised

_AUTOMATIC_LABEL = Text("Automatik", "automatic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """In which language, and what the roles of the municipality are called in it."""

    lang: Lang = "de"
    roles: Mapping[str, Text] = field(default_factory=dict)

    def role(self, lifecycle: Lifecycle, role: str) -> str:
        """What people call a role: a function of the municipality, or the field that names who holds it."""
        if role == AUTOMATIC:
            return _AUTOMATIC_LABEL.in_(self.lang)
        asked = lifecycle.fields.get(role)
        label = self.roles.get(role) or (asked.label if asked else humanised(role))
        return label.in_(self.lang)


@dataclass(frozen=True, slots=True)
class Caption:
    """An event as it is written beside an arrow: what happens, and who makes it happen."""

    text: str
    roles: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """The events that lead from each of several states to one other; `sources` empty: the opening of a case."""

    sources: tuple[str, ...]
    target: str
    captions: tuple[Caption, ...]

    @property
    def automatic(self) -> bool:
        """Whether no person ever goes this way."""
        return all(caption.automatic for caption in self.captions)


def caption(lifecycle: Lifecycle, event: Event, names: Names) -> Caption:
    """The event with its roles."""
    roles = ", ".join(names.role(lifecycle, role) for role in event.by)
    return Caption(event.label.in_(names.lang), roles, event.by == (AUTOMATIC,))


def arrows(lifecycle: Lifecycle, names: Names) -> tuple[Arrow, ...]:
    """All arrows. Events between the same two states share one; so do sources that lead on by the same events."""
    pairs: dict[tuple[str | None, str], dict[str, Caption]] = {}
    for event in lifecycle.events.values():
        for source, target in _ways(event, lifecycle.initial):
            if source != target:
                pairs.setdefault((source, target), {})[event.name] = caption(lifecycle, event, names)
    joined: dict[tuple[str, tuple[Caption, ...]], list[str]] = {}
    for (source, target), events in pairs.items():
        joined.setdefault((target, tuple(events.values())), []).extend([source] if source else [])
    return tuple(Arrow(tuple(sources), target, captions) for (target, captions), sources in joined.items())


def stays(lifecycle: Lifecycle, state: str, names: Names) -> tuple[Caption, ...]:
    """What can happen in a state without leaving it."""
    found = [e for e in lifecycle.events.values() if any(pair == (state, state) for pair in _ways(e, ""))]
    return tuple(caption(lifecycle, event, names) for event in found)


def mermaid(lifecycle: Lifecycle, names: Names | None = None) -> str:
    """The lifecycle as a Mermaid ``stateDiagram-v2``."""
    names = names or Names()
    lines = ["---", f"title: {_plain(lifecycle.label.in_(names.lang))}", "---", "stateDiagram-v2"]
    for state in lifecycle.states.values():
        owner = "" if state.final or not state.owner else f" ({names.role(lifecycle, state.owner)})"
        lines.append(f'    state "{_plain(state.label.in_(names.lang) + owner)}" as {state.name}')
    for event in lifecycle.events.values():
        shown = caption(lifecycle, event, names)
        text = f"{shown.text} [{shown.roles}]" if shown.roles else shown.text
        for source, target in _ways(event, lifecycle.initial):
            lines.append(f"    {source or '[*]'} --> {target} : {_plain(text)}")
    final = [state.name for state in lifecycle.states.values() if state.final]
    lines += [f"    {name} --> [*]" for name in final]
    if final:
        lines += ["    classDef final stroke-width:3px,font-weight:bold", f"    class {','.join(final)} final"]
    return "\n".join(lines) + "\n"


def _ways(event: Event, initial: str) -> list[tuple[str | None, str]]:
    """The pairs of states that an event connects, each once."""
    if event.opens:
        return [(None, initial)]
    return list(dict.fromkeys((source, way.to or source) for way in event.ways for source in way.sources))


def _plain(text: str) -> str:
    """Without the characters by which Mermaid ends a label."""
    return text.replace('"', "'").replace(";", ",").replace(":", " –").replace("#", "Nr. ").replace("\n", " ")
