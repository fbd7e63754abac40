"""The Beratungsfolge of a paper as a list: every session before which it stood, and what became of it there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config.text import Text
from ..states.agendas import Sight, Stop, stops_of, votes_of
from ..states.consultation_results import result_text, role_text
from ..states.queries import CaseSummary, HistoryLine
from ..states.visibility import Reader, may_show_content, may_show_everything
from .reading_rights import lifecycle_of
from .workflow import Workflow

if TYPE_CHECKING:
    from .console import Screen

#: The events by which a session has dealt with a consultation; each leaves a row of `behandlungen`.
_DEALT = frozenset(
    {"vertagen", "sitzung_entfallen", "unbehandelt_bleiben", "absetzen", "verweisen", "zur_kenntnis_nehmen"}
    | {"beschliessen", "empfehlen", "ablehnen"}
)
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


def stages(workflow: Workflow, paper: CaseSummary, reader: Reader | None) -> list[Stage]:
    """The rows of the Beratungsfolge of a paper that `reader` may see, by day."""
    ids = list(_below(workflow, paper.id))
    if not ids:
        return []
    with workflow.database.reading() as connection:
        stops = stops_of(connection, ids, Sight(workflow.lifecycle, workflow.directory.town))
    rows = [row for stop in stops.values() for row in _stages(workflow, paper.body, stop, reader)]
    return sorted(rows, key=lambda row: (row.day or date.max, ids.index(row.consultation)))


def _below(workflow: Workflow, case_id: str) -> Iterator[str]:
    """The consultations of a paper, and those to which they were referred."""
    for child in workflow.case(case_id).children:
        if lifecycle_of(workflow, child).record == "consultation":
            yield child.id
            yield from _below(workflow, child.id)


def _stages(workflow: Workflow, body: str, stop: Stop, reader: Reader | None) -> Iterator[Stage]:
    if reader is not None and not may_show_content(stop.publicity, reader):
        return
    town, facts = workflow.directory.town(body), stop.facts
    lines = workflow.history(stop.id) if reader is None or may_show_everything(stop.publicity, reader) else []
    dealt = [line for line in lines if line.event in _DEALT]
    rows: Sequence[Mapping[str, Any]] = facts.get("behandlungen") or ()
    key = facts.get("gremium")
    blank = Stage(
        *(stop.id, None, key, town.names.get(key or ""), facts.get("rolle"), None, None, None, "", stop.state_label)
    )
    for place, row in enumerate(rows):
        result = row.get("ergebnis")
        told = blank._replace(day=_day(row.get("sitzung")), item=row.get("top"), result=result)
        told = told._replace(result_label=result_text(result), votes=votes_of(row))
        yield _by(told, dealt[place] if place < len(dealt) else None, town.names, town.zone)
    if not rows or not _is_over(facts, rows[-1]):
        result = facts.get("ergebnis")
        told = blank._replace(day=_day(facts.get("sitzung")), item=facts.get("top"), result=result)
        line = next((line for line in lines if result and line.event == _NOTED_ON_DELIVERY), None)
        yield _by(told._replace(result_label=result_text(result)), line, town.names, town.zone)


def _is_over(facts: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    """Whether the last row is all there is: it ended there, or waits for a new day."""
    return last.get("ergebnis") == facts.get("ergebnis") or last.get("sitzung") == facts.get("sitzung")


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


def _row(screen: "Screen", one: Stage) -> list[object]:
    role = role_text(one.role)
    result = one.result_label or one.state_label
    told = [one.day, one.body_name or one.body_key, role and role.in_(screen.lang), one.item]
    return [*told, result.in_(screen.lang), one.votes, one.noted_by, one.noted_at]
