"""The Beratungsfolge of a paper as a list: every session before which it stood, and what became of it there."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config.text import Text
from ..states.agendas import Sight, Stop, stops_of, votes_of
from ..states.closed_sessions import closed_days
from ..states.consultation_results import (
    ADVISING,
    DECISIONS,
    PLANNED,
    RESULT,
    STRUCK,
    TREATED,
    is_over,
    result_text,
    role_text,
    told_outside,
    treatment_text,
)
from ..states.decide import ENGINE
from ..states.engine import Fired
from ..states.queries import CaseSummary, HistoryLine
from ..states.town import Town
from ..states.visibility import Reader, may_attend, may_show_content, may_show_everything, may_show_resolution
from .reading_rights import lifecycle_of
from .wording import say
from .workflow import Workflow

if TYPE_CHECKING:
    from .console import Screen

#: The events by which a session has dealt with a consultation; each leaves a row of `behandlungen`.
_DEALT = frozenset(
    {"vertagen", "sitzung_entfallen", "unbehandelt_bleiben", "absetzen", "verweisen", "zur_kenntnis_nehmen"}
    | {"beschliessen", "empfehlen", "ablehnen", "vorberatung_beenden", "erledigen", "zurueckziehen"}
)
#: The kind of case that a stop of a Beratungsfolge is.
STOP = "beratung"
_NOTED_ON_DELIVERY = "durch_zustellung_zur_kenntnis_nehmen"


class Stage(NamedTuple):
    """A session that dealt with a paper, or is to."""

    consultation: str
    day: date | None
    body_key: str | None
    body_name: str | None
    role: str | None
    item: str | None
    #: None: nothing yet.
    result: str | None
    result_label: Text | None
    #: ``7:2:1``.
    votes: str
    state_label: Text
    #: Who entered the result, and when; only for those who may see the work on the case.
    noted_by: str | None = None
    noted_at: datetime | None = None
    #: It is to come before a session of which nothing is known here; said to those who may see the work on the case.
    without_session: bool = False
    #: It was entered by mistake and taken back; only for those who may see the work on the case.
    corrected: bool = False
    #: Of one that is only to advise: who is to decide before it, and when; likewise.
    decided_by: str | None = None
    decided_on: date | None = None


def stages(workflow: Workflow, paper: CaseSummary, reader: Reader | None) -> list[Stage]:
    """The rows of the Beratungsfolge of a paper that `reader` may see, by day."""
    ids = list(_below(workflow, paper.id))
    if not ids:
        return []
    with workflow.database.reading() as connection:
        stops = stops_of(connection, ids, Sight(workflow.lifecycle, workflow.directory.town))
        closed = closed_days(connection, paper.body)
    rows = [row for stop in stops.values() for row in _stages(workflow, paper.body, stop, reader)]
    rows = [row for row in rows if _may_attend(stops[row.consultation], reader) or not _is_closed(row, closed)]
    rows = [_late(row, rows) if _is_inside(stops[row.consultation], reader) else row for row in rows]
    return sorted(rows, key=lambda row: (row.day or date.max, ids.index(row.consultation)))


def decides_before(rows: Iterable[Stage], day: date) -> Stage | None:
    """Which stop decides, or has decided, before that day."""
    deciding = (row for row in rows if row.role == "entscheidung" and not row.corrected)
    return next((one for one in deciding if one.day and one.day < day and one.result in {None, *DECISIONS}), None)


def _late(row: Stage, rows: Iterable[Stage]) -> Stage:
    """The row; of a stop that is to advise on what is decided before, with who decides and when."""
    if row.role not in ADVISING or row.result is not None or row.day is None:
        return row
    first = decides_before((one for one in rows if one.result is None), row.day)
    return row._replace(decided_by=first.body_name or first.body_key, decided_on=first.day) if first else row


def questionable(workflow: Workflow, fired: Fired, reader: Reader | None) -> list[Stage]:
    """Where an event has opened stops of a Beratungsfolge: those of which somebody should hear.

    They wait for a session of which nothing is known, or are to advise when the decision is taken.
    """
    case = workflow.case(fired.case.id).case
    kinds = lifecycle_of(workflow, case).children.values()
    if not any(fired.event in kind.opens_on and kind.lifecycle == STOP for kind in kinds):
        return []
    return [one for one in stages(workflow, case, reader) if one.without_session or one.decided_on]


class Ahead(NamedTuple):
    """A paper that has gone on after what one of its stops ended with, and the states in which it would follow it."""

    case: str
    number: str | None
    state_label: Text
    follows_in: tuple[str, ...]


def gone_ahead(workflow: Workflow, fired: Fired) -> Ahead | None:
    """Where a stop that had ended was set back by hand: the case above it, if that follows no new result as it stands.

    None: it does, or nothing was set back.
    """
    stop = workflow.case(fired.case.id).case
    states = lifecycle_of(workflow, stop).states
    if stop.parent_id is None or fired.source is None or not states[fired.source].final or stop.closed_at is not None:
        return None
    above = workflow.case(stop.parent_id).case
    lifecycle = lifecycle_of(workflow, above)
    kind = lifecycle.children.get(stop.child or "")
    answers = {kind.all_agree, kind.any_refuse, *kind.all_end, *kind.each_end} if kind else set()
    ways = [way for name, event in lifecycle.events.items() if name in answers for way in event.ways]
    follows_in = tuple(dict.fromkeys(state for way in ways for state in way.sources))
    if not follows_in or above.state in follows_in:
        return None
    return Ahead(above.id, above.number, lifecycle.states[above.state].label, follows_in)


def dealt_with(lines: Iterable[HistoryLine]) -> list[HistoryLine]:
    """The lines of the log of a stop that have left the rows of its `behandlungen`, one each."""
    return [line for line in lines if line.event in _DEALT]


def _below(workflow: Workflow, case_id: str) -> Iterator[str]:
    """The consultations of a paper, and those to which they were referred."""
    for child in workflow.case(case_id).children:
        if lifecycle_of(workflow, child).record == "consultation":
            yield child.id
            yield from _below(workflow, child.id)


def _stages(workflow: Workflow, body: str, stop: Stop, reader: Reader | None) -> Iterator[Stage]:
    if reader is not None and not may_show_content(stop.publicity, reader):
        return
    town, facts, label = workflow.directory.town(body), stop.facts, stop.state_label
    if reader is not None and not may_show_resolution(stop.publicity, reader):
        facts, label = {name: value for name, value in facts.items() if name != RESULT}, stop.kept_back
    inside = _is_inside(stop, reader)
    lines = workflow.history(stop.id) if inside else []
    dealt = dealt_with(lines)
    rows: Sequence[Mapping[str, Any]] = facts.get(TREATED) or ()
    key = facts.get("gremium")
    blank = Stage(*(stop.id, None, key, town.names.get(key or ""), facts.get("rolle"), None, None, None, "", label))
    for place, row in enumerate(rows):
        if row.get(STRUCK) and not inside:
            continue
        told = blank._replace(day=_day(row.get("sitzung")), item=row.get("top"), result=row.get(RESULT))
        told = told._replace(
            result_label=treatment_text(row if inside else told_outside(row)),
            votes=votes_of(row),
            corrected=bool(row.get(STRUCK)),
        )
        yield _by(told, dealt[place] if place < len(dealt) else None, town.names, town.zone)
    if not rows or not is_over(facts, rows[-1]):
        result = facts.get(RESULT)
        told = blank._replace(day=_day(facts.get("sitzung")), item=facts.get("top"), result=result)
        line = next((line for line in lines if result and line.event == _NOTED_ON_DELIVERY), None)
        told = told._replace(without_session=inside and _lacks_session(town, told, stop, workflow.today(body)))
        yield _by(told._replace(result_label=result_text(result)), line, town.names, town.zone)


def _is_inside(stop: Stop, reader: Reader | None) -> bool:
    return reader is None or may_show_everything(stop.publicity, reader)


def _may_attend(stop: Stop, reader: Reader | None) -> bool:
    return reader is None or may_attend(stop.publicity, reader)


def _is_closed(stage: Stage, closed: Collection[tuple[str, str]]) -> bool:
    """Whether that session is not public, though the one before which the stop stands since may be."""
    return stage.day is not None and (stage.body_key, stage.day.isoformat()) in closed


def _lacks_session(town: Town, stage: Stage, stop: Stop, today: date) -> bool:
    """Whether it waits for a day to come on which no session of the body is kept; the town may keep it elsewhere."""
    if stop.state != PLANNED or stage.day is None or stage.day < today:
        return False
    return all(one.day != stage.day for one in town.sessions.get(stage.body_key or "", ()))


def _by(stage: Stage, line: HistoryLine | None, names: Mapping[str, str], zone: Any) -> Stage:
    if line is None:
        return stage
    return stage._replace(noted_by=names.get(line.actor or "", line.actor), noted_at=line.at.astimezone(zone))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def show_stages(screen: "Screen", rows: Sequence[Stage]) -> None:
    """The Beratungsfolge on the command line; nothing where there is none."""
    if not rows:
        return
    screen.heading("head_consultations")
    titles = ("day", "session_body", "treatment", "item", "result", "votes", "noted_by", "noted_at")
    screen.rows(titles, (_row(screen, one) for one in rows))
    show_questionable(screen, rows)


def show_questionable(screen: "Screen", rows: Iterable[Stage]) -> None:
    """Which stops wait for a session that nobody has scheduled, or come after the decision on which they advise."""
    for one in rows:
        if one.decided_on:
            own, first = one.body_name or one.body_key, one.decided_by
            screen.say("stop_decided_before", style="yellow", own=own, day=one.day, body=first, first=one.decided_on)
        if one.without_session:
            screen.say("stop_without_session", style="yellow", body=one.body_name or one.body_key, day=one.day)


def show_ahead(screen: "Screen", ahead: Ahead | None) -> None:
    """That a paper has gone on after a result that was taken back, and what is to be done."""
    if ahead is not None:
        case, state = ahead.number or ahead.case, ahead.state_label.in_(screen.lang)
        screen.say("stop_paper_ahead", style="yellow", case=case, state=state, follows=", ".join(ahead.follows_in))


def _row(screen: "Screen", one: Stage) -> list[object]:
    role = role_text(one.role)
    result = one.result_label or one.state_label
    told = [one.day, one.body_name or one.body_key, role and role.in_(screen.lang), one.item]
    by = say("automatic", screen.lang) if one.noted_by == ENGINE.key else one.noted_by
    return [*told, result.in_(screen.lang), one.votes, by, one.noted_at]
