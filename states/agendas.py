"""The agenda of a session as a reader may see it: items, the papers behind them, and what became of each.

The public sees the public part; what an item of it is called is asked anew of its paper, for that may have been taken
back since the agenda was drawn up. The other part is for those who are concerned in the session: its members, the
council office.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ..config.text import LANGS, Lang, Text
from .amendments import Moved, moved_on
from .consultation_results import (
    BODY_NAME,
    GIVEN_UP,
    ON_AGENDA,
    PLANNED,
    POSTPONED,
    REFERRAL,
    RESULT,
    STRUCK,
    TREATED,
    WITHDRAWN,
    outcome_place,
    told_outside,
)
from .issues import CLOSED_CONTROL_LIST, CONTROL_LIST, Issue, control_lists_of
from .kin import Kin, Known, Lifecycles
from .publicity import facts_of, publicity_of
from .session_queries import SessionRow, chair_of, invited_at, session_of, stops_before
from .session_questions import Asked, Question, questions_of
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
    paper_case: str
    state: str
    state_label: Text
    #: What is said instead where another body has decided in private for this one.
    kept_back: Text
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

    def is_given_up(self, day: str) -> bool:
        """Whether the session of that day has nothing to do with it any more, and never had."""
        return (self.result_on(day) or {}).get("ergebnis", self.state) in GIVEN_UP

    def ended_on(self, day: str) -> bool:
        """Whether the session of that day ended it: what was said with the result (wording, minutes) is of that day."""
        rows = self.facts.get(TREATED) or ()
        place = outcome_place(rows, day)
        return place is not None and place == len(rows) - 1 and rows[place].get("ergebnis") == self.state

    def result_on(self, day: str) -> Mapping[str, Any] | None:
        """What the body did with it on a day: result, votes, reason, a new day; None: nothing yet."""
        rows = self.facts.get(TREATED) or ()
        place = outcome_place(rows, day)
        if place is not None:
            later = [one.get("sitzung") for one in (*rows[place + 1 :], self.facts) if not one.get(STRUCK)]
            moved = {"neuer_tag": later[0]} if rows[place].get("ergebnis") == POSTPONED else {}
            said = {"wortlaut": self.facts.get("wortlaut")} if self.ended_on(day) else {}
            return {**rows[place], **said, **moved}
        is_withdrawn = self.state == WITHDRAWN and self.facts.get("sitzung") == day
        return {"ergebnis": WITHDRAWN, "sitzung": day} if is_withdrawn else None


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
    #: The part of the control list that is told under the item; only for those concerned in the session.
    file: Issue | None = None
    #: What was moved to the paper.
    amendments: tuple[Moved, ...] = ()
    #: The votes by which it came on the agenda late; for the same as why.
    urgency: Mapping[str, Any] | None = None

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
    #: Who takes the chair, and since when members have been invited as it stands; None: nobody is known, or has been.
    chair: str | None = None
    invited_at: datetime | None = None

    @property
    def undealt(self) -> tuple[Stop, ...]:
        """What waits for a place on the agenda; what was dealt with without one needs none any more."""
        day = self.session.day.isoformat()
        return tuple(one for one in self.waiting if one.result_on(day) is None and one.facts.get(RESULT) is None)


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
    questions = questions_of(connection, Asked(session, kin.below(case_id)), sight, reader)
    before = stops_before(connection, session)
    listed = [row["beratung"] for row in rows if row.get("beratung")]
    stops = stops_of(connection, dict.fromkeys((*listed, *before)), sight)
    attends = reader is None or may_attend(own, reader)
    shown = [row for row in rows if attends or not row.get("nichtoeffentlich")]
    items = [_item(row, stops.get(row.get("beratung") or ""), session, reader) for row in shown]
    town = sight.towns(session.body)
    if attends:
        items = _with_lists(items, town, session, control_lists_of(connection, case_id))
    items = [_asking(item, row.get("fragen"), questions, town.names) for item, row in zip(items, shown, strict=True)]
    if not attends:
        items = [_outside(item, stops) for item in items]
    waiting = [stops[one] for one in before if attends and one not in listed and stops[one].title(reader)]
    waiting = [one for one in waiting if not one.is_given_up(session.day.isoformat())]
    items = amended(connection, items, stops, For(session, sight, reader))
    by, at = chair_of(connection, session), invited_at(connection, case_id)
    return AgendaView(session, tuple(items), len(rows) - len(shown), tuple(waiting), questions, by, at)


class For(NamedTuple):
    """For which session an agenda is read, and for whom."""

    session: SessionRow
    sight: Sight
    reader: Reader | None


def amended(connection: Connection, items: Sequence[Item], stops: Mapping[str, Stop], wanted: For) -> list[Item]:
    """Items with what was moved to their papers."""
    before = {one.stop: stops[one.stop] for one in items if one.stop is not None}
    papers = {stop.paper_case: stop.is_open_to_all for stop in before.values()}
    moved = moved_on(connection, papers, wanted.sight, wanted.reader, wanted.session.day.isoformat())
    return [
        item if item.stop is None else item._replace(amendments=moved[before[item.stop].paper_case]) for item in items
    ]


def listed_items(
    connection: Connection, rows: Sequence[Mapping[str, Any]], session: SessionRow, sight: Sight
) -> list[Item]:
    """The items that rows of an agenda make, with all that the council office sees of them."""
    stops = stops_of(connection, [row["beratung"] for row in rows if row.get("beratung")], sight)
    items = [_item(row, stops.get(row.get("beratung") or ""), session, None) for row in rows]
    return amended(connection, items, stops, For(session, sight, None))


def _asking(item: Item, kind: str | None, questions: Sequence[Question], names: Mapping[str, str]) -> Item:
    """The item under which questions are asked says how many; of members also who asks what.

    Of residents nothing else: what they write may tell who they are, and an agenda is handed on.
    """
    asked = [one for one in questions if one.under == kind and one.listed]
    if kind is None or not asked:
        return item
    said = "; ".join(_named(one, names) for one in asked if one.named)
    count = f"{len(asked)} {'Frage' if len(asked) == 1 else 'Fragen'}"
    return item._replace(title=f"{item.title} ({count})" + (f": {said}" if said else ""))


def _named(one: Question, names: Mapping[str, str]) -> str:
    return f"{names.get(one.asker, one.asker)}: {one.subject}" if one.asker else one.subject


def _item(row: Mapping[str, Any], stop: Stop | None, session: SessionRow, reader: Reader | None) -> Item:
    closed = bool(row.get("nichtoeffentlich"))
    head = (row["nummer"], row.get("titel"), closed, row.get("dringlich_weil"))
    if row.get("beratung") is None:
        known = row.get("ergebnis")
        result = known and {"ergebnis": known, "sitzung": session.day.isoformat()}
        return Item(*head, None, None, None, None, result, urgency=_counted(row))
    title = stop.title(reader) if stop else None
    if stop is None or title is None:
        kind = stop.kind if stop and not closed else None
        return Item(row["nummer"], None, closed, None, None, None, kind, None, None)
    result = stop.result_on(session.day.isoformat())
    item = Item(*head, stop.id, stop.number, stop.kind, stop.facts.get("rolle"), result)
    return item._replace(title=title, by=stop.author(reader), urgency=_counted(row))


def _counted(votes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return {name: votes[name] for name in _VOTES if name in votes} or None


def _with_lists(items: Sequence[Item], town: Town, session: SessionRow, issues: Mapping[str, Issue]) -> list[Item]:
    """Each part of the control list stands with the item that the rules of the town provide for it.

    In a session that is not public one item is for both: the part that is not public goes before.
    """
    closed = issues.get(CLOSED_CONTROL_LIST) or (None if session.public else issues.get(CONTROL_LIST))
    title = town.rules_on(session.day).agenda.control
    named = {title.in_(lang) for lang in LANGS} if title and issues else set()
    return [
        item._replace(file=closed if item.closed else issues.get(CONTROL_LIST))
        if item.stop is None and item.title in named
        else item
        for item in items
    ]


def _outside(item: Item, stops: Mapping[str, Stop]) -> Item:
    """An item for who is not concerned in the session: nothing of what has become private since, and no reasons."""
    stop = stops.get(item.stop or "")
    hidden = item.stop is not None and (stop is None or not stop.is_open_to_all)
    item = item._replace(urgent=None, urgency=None, result=_without_reason(item.result))
    return item._replace(title=None, stop=None, paper=None, role=None, result=None, by=None) if hidden else item


def _without_reason(result: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return result and {name: value for name, value in told_outside(result).items() if name != "grund"}


def stops_of(connection: Connection, ids: Mapping[str, object] | Sequence[str], sight: Sight) -> dict[str, Stop]:
    """Consultations by the ids of their cases; what is not there is left out."""
    kin = Kin(connection, ids, sight.lifecycles)
    known = publicity_of(connection, ids, sight.lifecycles, sight.towns)
    return {one: _stop(kin, one, known[one], sight) for one in ids if one in kin}


def _stop(kin: Kin, case_id: str, publicity: Publicity, sight: Sight) -> Stop:
    own, paper = kin.of(case_id), kin.paper(case_id) or {}
    above = next((one for one in kin.above(case_id) if one.lifecycle.record == "paper"), own)
    state, facts = own.lifecycle.states[own.row["state"]], _plain(facts_of(own))
    if any(row.get(REFERRAL) for row in facts.get(TREATED) or ()):
        names = sight.towns(own.row["body"]).names
        facts[TREATED] = [_named_referral(row, names) for row in facts[TREATED]]
    label = ON_AGENDA if state.name == PLANNED and facts.get("top") else state.label
    return Stop(
        id=case_id,
        number=paper.get("reference"),
        subject=paper.get("name"),
        kind=above.lifecycle.label,
        by=_author(above),
        paper_case=above.row["id"],
        state=own.row["state"],
        state_label=label,
        kept_back=label if label is not state.label else state.told(disclosed=False) or label,
        facts=facts,
        publicity=publicity,
    )


def _named_referral(row: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """What a body did; where it referred the paper, with what the other body is called."""
    if (referral := row.get(REFERRAL)) is None:
        return row
    return {**row, REFERRAL: {**referral, BODY_NAME: names.get(referral["gremium"])}}


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
