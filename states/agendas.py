"""The agenda of a session as a reader may see it: items, the papers behind them, and what became of each.

The public sees the public part; what an item of it is called is asked anew of its paper, for that may have been taken
back since the agenda was drawn up. The other part is for those who are concerned in the session: its members, the
council office.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ..config.text import LANGS, Lang, Text
from .consultation_results import POSTPONED
from .issues import Issue, control_list_of
from .kin import Kin, Known, Lifecycles
from .publicity import facts_of, publicity_of
from .session_queries import SessionRow, session_of, stops_before
from .session_questions import ORAL, Question, questions_of
from .town import Town
from .visibility import Publicity, Reader, blackout_for, is_public, may_attend, may_show_content

#: What is told of a consultation that has become of it in a session.
_VOTES = ("ja", "nein", "enthaltungen")
#: Who has asked or moved, and which office answers for a paper of the administration.
_ASKER, _LEAD = "fragesteller", "federfuehrung"


class Stop(NamedTuple):
    """A consultation before a session, as it stands."""

    id: str
    number: str | None
    subject: str | None
    #: What kind of paper it is about.
    kind: Text
    #: Whose paper it is: who asks or moves; of one of the administration, the office that leads it.
    by: str | None
    state: str
    state_label: Text
    facts: Mapping[str, Any]
    publicity: Publicity

    @property
    def is_open_to_all(self) -> bool:
        """Whether it belongs into the public part."""
        return is_public(self.publicity)

    def title(self, reader: Reader | None) -> str | None:
        """Number and subject, or the kind where the paper has neither; None: not for this reader."""
        if reader is not None and not may_show_content(self.publicity, reader):
            return None
        black = blackout_for(self.publicity, reader)
        number, subject = (self.number, self.subject) if black is None else black.value((self.number, self.subject))
        return ": ".join(one for one in (number, subject) if one) or self.kind.de

    def author(self, reader: Reader | None) -> str | None:
        """Whose paper it is; None: nobody is known, or it is private."""
        black = blackout_for(self.publicity, reader)
        return None if black is not None and self.by in black.private.keys else self.by

    def result_on(self, day: str) -> Mapping[str, Any] | None:
        """What the body did with it on a day: result, votes, reason, a new day; None: nothing yet."""
        rows = list(self.facts.get("behandlungen") or ())
        places = [place for place, one in enumerate(rows) if one.get("sitzung") == day]
        if places:
            later = [one.get("sitzung") for one in (*rows[places[-1] + 1 :], self.facts)]
            moved = {"neuer_tag": later[0]} if rows[places[-1]].get("ergebnis") == POSTPONED else {}
            return {**rows[places[-1]], "wortlaut": self.facts.get("wortlaut"), **moved}
        if self.facts.get("sitzung") == day and (known := self.facts.get("ergebnis")):
            return {"ergebnis": known, "sitzung": day}
        return None


class Item(NamedTuple):
    """An item of an agenda as a reader may see it."""

    number: str
    #: None: what it is called is not for this reader yet.
    title: str | None
    closed: bool
    #: Why it came on the agenda late; only for those concerned in the session.
    urgent: str | None
    #: The case of its consultation; None: it has none, or none for this reader.
    stop: str | None
    paper: str | None
    kind: Text | None
    role: str | None
    #: See `Stop.result_on`.
    result: Mapping[str, Any] | None
    #: See `Stop.author`.
    by: str | None = None
    #: The paper under the item that went with the invitation; only for those concerned in the session.
    file: Issue | None = None

    def heading(self, names: Mapping[str, str], lang: Lang) -> str | None:
        """What the item is about: kind, number and subject of the paper, and whose it is; None: as with the title."""
        if self.title is None or self.kind is None:
            return self.title
        kind, by = self.kind.in_(lang), f" ({names.get(self.by, self.by)})" if self.by else ""
        if self.title == self.kind.de:
            return kind + by
        return f"{kind}{' ' if self.paper else ': '}{self.title}{by}"


class AgendaView(NamedTuple):
    """A session with its agenda as a reader may see it."""

    session: SessionRow
    items: tuple[Item, ...]
    #: How many items of the part that is not public there are, of which this reader sees none.
    hidden: int
    #: Consultations before it that are on no agenda yet, for those concerned in the session.
    waiting: tuple[Stop, ...]
    #: What is asked in it.
    questions: tuple[Question, ...] = ()


class Sight(NamedTuple):
    """What is needed to see: lifecycles and towns."""

    lifecycles: Lifecycles
    towns: Callable[[str], Town]


def agenda_of(connection: Connection, case_id: str, sight: Sight, reader: Reader | None) -> AgendaView | None:
    """The session that a case is, with its agenda; None: it is none. Whether the reader may see it, the caller asks."""
    session = session_of(connection, case_id)
    if session is None:
        return None
    own = publicity_of(connection, [case_id], sight.lifecycles, sight.towns)[case_id]
    kin = Kin(connection, [case_id], sight.lifecycles)
    rows = kin.of(case_id).row["facts"].get("tagesordnung") or ()
    rows = sorted(rows, key=lambda row: bool(row.get("nichtoeffentlich")))  # what came late stands in its part
    questions = questions_of(connection, kin.below(case_id), sight, reader)
    before = stops_before(connection, session)
    listed = [row["beratung"] for row in rows if row.get("beratung")]
    stops = stops_of(connection, dict.fromkeys((*listed, *before)), sight)
    attends = reader is None or may_attend(own, reader)
    shown = [row for row in rows if attends or not row.get("nichtoeffentlich")]
    items = [_item(row, stops.get(row.get("beratung") or ""), session, reader) for row in shown]
    town = sight.towns(session.body)
    if attends:
        items = _with_list(items, town, session, control_list_of(connection, case_id))
    items = [_asking(item, row.get("fragen"), questions, town.names) for item, row in zip(items, shown, strict=True)]
    if not attends:
        items = [_outside(item, stops) for item in items]
    waiting = [stops[one] for one in before if attends and one not in listed and stops[one].title(reader)]
    return AgendaView(session, tuple(items), len(rows) - len(shown), tuple(waiting), questions)


def _asking(item: Item, kind: str | None, questions: Sequence[Question], names: Mapping[str, str]) -> Item:
    """The item under which questions are asked says how many; of members also who asks what.

    Of residents nothing else: what they write may tell who they are, and an agenda is handed on.
    """
    asked = [one for one in questions if one.lifecycle == kind and one.listed]
    if not asked:
        return item
    said = "; ".join(f"{names.get(one.asker or '', one.asker)}: {one.subject}" for one in asked if kind == ORAL)
    count = f"{len(asked)} {'Frage' if len(asked) == 1 else 'Fragen'}"
    return item._replace(title=f"{item.title} ({count})" + (f": {said}" if said else ""))


def _item(row: Mapping[str, Any], stop: Stop | None, session: SessionRow, reader: Reader | None) -> Item:
    closed = bool(row.get("nichtoeffentlich"))
    head = (row["nummer"], row["titel"], closed, row.get("dringlich_weil"))
    if row.get("beratung") is None:
        return Item(*head, None, None, None, None, None)
    title = stop.title(reader) if stop else None
    if stop is None or title is None:
        kind = stop.kind if stop and not closed else None
        return Item(row["nummer"], None, closed, None, None, None, kind, None, None)
    result = stop.result_on(session.day.isoformat())
    item = Item(*head, stop.id, stop.number, stop.kind, stop.facts.get("rolle"), result)
    return item._replace(title=title, by=stop.author(reader))


def _with_list(items: Sequence[Item], town: Town, session: SessionRow, issue: Issue | None) -> list[Item]:
    """The control list stands with the item that the rules of the town provide for it."""
    title = town.rules_on(session.day).agenda.control
    named = {title.in_(lang) for lang in LANGS} if title and issue else set()
    return [item._replace(file=issue) if item.stop is None and item.title in named else item for item in items]


def _outside(item: Item, stops: Mapping[str, Stop]) -> Item:
    """An item for who is not concerned in the session: nothing of what has become private since, and no reasons."""
    stop = stops.get(item.stop or "")
    hidden = item.stop is not None and (stop is None or not stop.is_open_to_all)
    item = item._replace(urgent=None, result=_without_reason(item.result))
    return item._replace(title=None, stop=None, paper=None, role=None, result=None, by=None) if hidden else item


def _without_reason(result: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return result and {name: value for name, value in result.items() if name != "grund"}


def stops_of(connection: Connection, ids: Mapping[str, object] | Sequence[str], sight: Sight) -> dict[str, Stop]:
    """Consultations by the ids of their cases; what is not there is left out."""
    kin = Kin(connection, ids, sight.lifecycles)
    known = publicity_of(connection, ids, sight.lifecycles, sight.towns)
    return {one: _stop(kin, one, known[one]) for one in ids if one in kin}


def _stop(kin: Kin, case_id: str, publicity: Publicity) -> Stop:
    own, paper = kin.of(case_id), kin.paper(case_id) or {}
    above = next((one for one in kin.above(case_id) if one.lifecycle.record == "paper"), own)
    state = own.lifecycle.states[own.row["state"]]
    return Stop(
        id=case_id,
        number=paper.get("reference"),
        subject=paper.get("name"),
        kind=above.lifecycle.label,
        by=_author(above),
        state=own.row["state"],
        state_label=state.label,
        facts=_plain(facts_of(own)),
        publicity=publicity,
    )


def _author(paper: Known) -> str | None:
    """Who asks, of a paper that begins with a letter from somebody; of any other the office that leads it."""
    opening = (event for event in paper.lifecycle.events.values() if event.opens)
    is_asked = any(field.name == _ASKER and field.required for event in opening for field in event.ask)
    by = facts_of(paper).get(_ASKER if is_asked else _LEAD)
    return by if isinstance(by, str) else None


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in facts.items()}


def votes_of(result: Mapping[str, Any] | None) -> str:
    """``7:2:1``: in favour, against, abstaining; empty where nobody counted."""
    counted = [(result or {}).get(name) for name in _VOTES]
    return ":".join(str(one or 0) for one in counted) if any(one is not None for one in counted) else ""
