"""What came of the result of an item: its words, and what should be looked at once more."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from ..config.text import Text
from ..states.agendas import AgendaView, Stop, stops_of
from ..states.consultation_results import ADVISING, AUTHORITATIVE, DECISIONS, result_text, treatment_text
from ..states.engine import Fired
from ..states.queries import CaseSummary
from ..states.visibility import Reader
from .consultations import decides_before, stages
from .reading_rights import lifecycle_of
from .session_results import EVENTS, OF_ITEM
from .sessions import sight_of
from .wording import sentence
from .workflow import Workflow

#: The event of a paper with which it no longer waits for advice.
_END_ADVICE = "offene_vorberatungen_beenden"
#: The state of a stop that waits for what another body does.
_REFERRED = "verwiesen"


class Outcome(NamedTuple):
    """What has been entered for an item, in words, and what is odd about it."""

    label: Text
    #: What should be looked at once more.
    notes: tuple[Text, ...] = ()


def outcome(workflow: Workflow, view: AgendaView, fired: Fired, reader: Reader | None) -> Outcome:
    """What came of the result of an item."""
    if fired.event == OF_ITEM:
        line = workflow.history(view.session.id)[-1].data or {}
        return Outcome(result_text(line.get("ergebnis")) or Text("–", "–"))
    with workflow.database.reading() as connection:
        stop = stops_of(connection, [fired.case.id], sight_of(workflow))[fired.case.id]
    postponed = fired.event == EVENTS["postponed"]
    if not postponed and fired.event != EVENTS["referred"]:
        return Outcome(stop.state_label, _advice_missing(workflow, stop, reader))
    label = treatment_text(stop.result_on(view.session.day.isoformat())) or stop.state_label
    away = _without_session(workflow, view, stop.facts if postponed else stop.facts["verweisung"])
    return Outcome(label, (*(_decides_before(workflow, stop, reader) if postponed else ()), *away))


def _without_session(workflow: Workflow, view: AgendaView, stop: Mapping[str, Any]) -> tuple[Text, ...]:
    """That the body of a stop has no session on its day; what has passed need not be known any more."""
    town, key, day = workflow.directory.town(view.session.body), stop["gremium"], date.fromisoformat(stop["sitzung"])
    if day < workflow.today(town.key) or day in {one.day for one in town.sessions.get(key, ())}:
        return ()
    return (sentence("stop_without_session", body=town.names.get(key, key), day=day),)


def _decides_before(workflow: Workflow, stop: Stop, reader: Reader | None) -> tuple[Text, ...]:
    """That another body decides on the paper before this one recommends anything."""
    if stop.facts.get("rolle") not in ADVISING:
        return ()
    ahead = date.fromisoformat(stop.facts["sitzung"])
    first = decides_before(stages(workflow, _paper_of(workflow, stop), reader), ahead)
    return (sentence("session_decides_before", body=first.body_name, day=first.day),) if first else ()


def _paper_of(workflow: Workflow, stop: Stop) -> CaseSummary:
    paper = workflow.case(workflow.case(stop.id).case.parent_id or stop.id).case
    while paper.parent_id and lifecycle_of(workflow, paper).record == "consultation":
        paper = workflow.case(paper.parent_id).case
    return paper


def _advice_missing(workflow: Workflow, stop: Stop, reader: Reader | None) -> tuple[Text, ...]:
    """For whose advice a paper still waits that this stop has decided, and how that ends."""
    paper = _paper_of(workflow, stop)
    open_ones = _open_below(workflow, paper.id) if stop.state in DECISIONS and _waits(workflow, paper) else []
    undecided = any(one.facts.get("rolle") == "entscheidung" for one in open_ones)
    if undecided and not stop.facts.get(AUTHORITATIVE):
        return ()
    advising = [one for one in open_ones if one.facts.get("rolle") in ADVISING]
    advising = [last for one in advising for last in _where_open(workflow, one) if last.title(reader) is not None]
    stops = [_body_and_day(one, workflow.directory.town(paper.body).names) for one in advising]
    return (sentence("session_advice_open", stops=stops, case=paper.number or paper.id),) if stops else ()


def _where_open(workflow: Workflow, stop: Stop) -> list[Stop]:
    """The stop at which a result is entered; of what was referred, that before the other body."""
    if stop.state != _REFERRED:
        return [stop]
    nearer = _open_below(workflow, stop.id)
    return [last for one in nearer for last in _where_open(workflow, one)] or [stop]


def _waits(workflow: Workflow, paper: CaseSummary) -> bool:
    """Whether the paper stands where the council office may end that it waits for advice."""
    ending = lifecycle_of(workflow, paper).events.get(_END_ADVICE)
    return ending is not None and any(paper.state in way.sources for way in ending.ways)


def _open_below(workflow: Workflow, case_id: str) -> list[Stop]:
    below = [one for one in workflow.case(case_id).children if one.closed_at is None]
    ids = [one.id for one in below if lifecycle_of(workflow, one).record == "consultation"]
    with workflow.database.reading() as connection:
        return list(stops_of(connection, ids, sight_of(workflow)).values())


def _body_and_day(stop: Stop, names: Mapping[str, str]) -> Text:
    key, day = stop.facts["gremium"], date.fromisoformat(stop.facts["sitzung"])
    return Text(f"{names.get(key, key)} ({day:%d.%m.%Y})", f"{names.get(key, key)} ({day})")
