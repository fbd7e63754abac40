"""What a body did with an item of its agenda, entered at the consultation behind it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from ..config.errors import InvalidInputError, NotFoundError, Refusal, RefusedError
from ..config.text import Text
from ..states.agendas import AgendaView, Item, Stop, stops_of
from ..states.consultation_results import RESULT, TREATED, outcome_place, treatment_text
from ..states.engine import Fired
from ..states.queries import HistoryLine
from ..states.session_queries import SessionRow
from ..states.step import Actor, Command
from .agenda import same_number
from .consultations import dealt_with
from .session_reference import bodies_of, organisation_meant
from .sessions import sight_of
from .workflow import Workflow

Result = Literal[
    "noted",
    "adopted",
    "changed",
    "recommended",
    "rejected",
    "postponed",
    "removed",
    "referred",
    "withdrawn",
    "none",
]
EVENTS: Mapping[Result, str] = {
    "noted": "zur_kenntnis_nehmen",
    "adopted": "beschliessen",
    "changed": "beschliessen",
    "recommended": "empfehlen",
    "rejected": "ablehnen",
    "postponed": "vertagen",
    "removed": "absetzen",
    "referred": "verweisen",
    "withdrawn": "zurueckziehen",
    "none": "erledigen",
}
#: What the results are called in German, without umlauts.
GERMAN: Mapping[str, Result] = {
    "zur_kenntnis": "noted",
    "zur_kenntnis_genommen": "noted",
    "beschlossen": "adopted",
    "unveraendert_beschlossen": "adopted",
    "geaendert_beschlossen": "changed",
    "empfohlen": "recommended",
    "abgelehnt": "rejected",
    "vertagt": "postponed",
    "abgesetzt": "removed",
    "verwiesen": "referred",
    "zurueckgezogen": "withdrawn",
    "erledigt": "none",
}
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "-": "_", " ": "_"})
_VOTED = frozenset({"adopted", "changed", "recommended", "rejected"})
_NUMBERED = _VOTED | {"noted"}
#: Which results an option goes with.
_OPTIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("--yes", "--no", "--abstain", "--majority"), _VOTED),
    "--wording": frozenset({"changed", "recommended"}),
    "--to": frozenset({"postponed", "referred"}),
    "--on": frozenset({"referred"}),
    "--minutes": _NUMBERED,
    "--reason": frozenset({"postponed", "removed", "referred", "withdrawn", "none"}),
}


#: The result of an item that went on to the next session because nobody had entered one in time.
_PASSED_OVER = "nicht_behandelt"
#: What may become of an item without a paper, as the event of the session keeps it.
_BARE: Mapping[Result, str] = {"noted": "zur_kenntnis_genommen", "none": "ohne_beschluss"}
OF_ITEM = "punkt_behandeln"
#: What a body that does not decide is there for.
_ADVICE = "vorberatung"
#: The number of an item that stands on no agenda.
UNLISTED = "–"


class Said(NamedTuple):
    """What was said with a result; None: nothing."""

    yes: int | None = None
    no: int | None = None
    abstain: int | None = None
    wording: str | None = None
    #: A day (ISO), or a body.
    to: str | None = None
    on: str | None = None
    minutes: str | None = None
    reason: str | None = None
    #: Which one of the rule set, where not the plain one decides.
    majority: str | None = None

    @property
    def cast(self) -> int:
        """How many votes were cast, abstentions included."""
        return sum(number or 0 for number in (self.yes, self.no, self.abstain))

    @property
    def options(self) -> list[str]:
        """The options that were given."""
        return [f"--{name}" for name, value in self._asdict().items() if value is not None]


def result_meant(word: str) -> Result:
    """The result that a word means, English or German.

    Raises:
        InvalidInputError: it means none.
    """
    plain = word.casefold().translate(_PLAIN)
    found = next((one for one in get_args(Result) if one == plain), GERMAN.get(plain))
    if found is None:
        known, german = ", ".join(get_args(Result)), ", ".join(GERMAN)
        raise InvalidInputError("session_result_unknown", given=word, known=known, german=german)
    return found


def enter(workflow: Workflow, view: AgendaView, item: Item, result: Result, said: Said, actor: Actor) -> Fired:
    """The result of an item, as the event of its consultation; of an item without a paper, of the session.

    Raises:
        InvalidInputError: something is said that this result does not have, or lacks.
        RefusedError: the item has gone on to another session; or as in `Workflow.fire`, such as before the day.
    """
    if item.stop is None and result not in _BARE:
        raise InvalidInputError("session_item_bare", item=item.number)
    require_options(result, said)
    if item.stop is None:
        note = said.minutes or said.reason
        of_item = {"nummer": item.number, "ergebnis": _BARE[result]} | ({"vermerk": note} if note else {})
        return workflow.fire(view.session.id, OF_ITEM, actor=actor, data=of_item)
    _require_here(workflow, view, item, item.stop)
    data = data_of(result, said) | ({"top": item.number} if result in _NUMBERED and item.number != UNLISTED else {})
    if result == "referred":
        data["verweisung"] = _referral(workflow, view, item, said)
    commands = [Command(item.stop, EVENTS[result], actor, data)]
    if (item.result or {}).get(RESULT) == _PASSED_OVER:
        day = view.session.day.isoformat()
        commands.insert(0, Command(item.stop, "behandlung_nachtragen", actor, {"sitzung": day}))
    return workflow.fire_batch(commands)[-1]


def _require_here(workflow: Workflow, view: AgendaView, item: Item, stop: str) -> None:
    """What went on to another session is entered there; only what was passed over is made good at the old one."""
    facts, day = _stop(workflow, stop).facts, view.session.day.isoformat()
    has_ended, was_passed_over = facts.get(RESULT) is not None, (item.result or {}).get(RESULT) == _PASSED_OVER
    if has_ended or was_passed_over or facts.get("sitzung") == day:
        return
    told = treatment_text(item.result) or Text("kein Ergebnis", "no result")
    named = {"item": item.number, "day": day, "result": told, "stands": facts.get("sitzung")}
    raise RefusedError(Refusal("session_item_gone_on", {**named, "body": view.session.organisation, "stop": stop}))


def _stop(workflow: Workflow, case_id: str) -> Stop:
    with workflow.database.reading() as connection:
        return stops_of(connection, [case_id], sight_of(workflow))[case_id]


def require_options(result: Result, said: Said) -> None:
    """Raises InvalidInputError where something is said that a result does not have, or lacks."""
    wrong = [one for one in said.options if result not in _OPTIONS[one]]
    if wrong:
        raise InvalidInputError("session_result_option", result=result, options=", ".join(wrong))
    missing = [one for one, kind in (("--wording", "changed"), ("--to", "referred")) if kind == result]
    missing = [one for one in missing if one not in said.options]
    if missing:
        raise InvalidInputError("session_result_missing", result=result, options=", ".join(missing))


def data_of(result: Result, said: Said) -> dict[str, Any]:
    """What is said with a result, as the event of a case has it."""
    given = {
        "ja": said.yes,
        "nein": said.no,
        "enthaltungen": said.abstain,
        "mehrheit": said.majority,
        "wortlaut": said.wording,
        "niederschrift": said.minutes,
        "grund": said.reason,
        "sitzung": said.to if result == "postponed" and said.to is not None else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _referral(workflow: Workflow, view: AgendaView, item: Item, said: Said) -> dict[str, Any]:
    """The stop before the other body: on the day said, else in its next session.

    A body that may not do what this one was to do, but gives preliminary advice, gets it for that.
    """
    town = workflow.directory.town(view.session.body)
    body = organisation_meant(town, said.to or "")
    if body is None:
        raise NotFoundError("session_body_unknown", given=said.to, known=", ".join(bodies_of(town)))
    following = town.next_session(body, max(workflow.today(town.key), view.session.day))
    day = said.on if said.on else following.day.isoformat() if following else None
    if day is None:
        own = view.session.day.isoformat()
        raise InvalidInputError("session_referral_day", body=town.names.get(body, body), day=own)
    roles = town.parties[body].remit.roles
    advises_only = roles is not None and item.role not in roles and _ADVICE in roles
    return {"gremium": body, "sitzung": day, "rolle": _ADVICE if advises_only else item.role}


def item_meant(view: AgendaView, word: str) -> Item:
    """The item of an agenda that a word means: its number, or that of its paper.

    Without an agenda, or not on it, a paper is meant by its number alone.

    Raises:
        NotFoundError: there is none.
    """
    found = [one for one in view.items if same_number(one.number, word) or word in {one.paper, one.stop}]
    if not found:
        day = view.session.day.isoformat()
        waiting = [one for one in view.waiting if word in {one.number, one.id}]
        found = [_unlisted(one, day) for one in waiting]
    if not found:
        numbers = [one.number for one in view.items] + [one.number or one.id for one in view.waiting]
        raise NotFoundError("session_item_unknown", item=word, known=", ".join(numbers) or "–")
    return found[0]


def _unlisted(stop: Any, day: str) -> Item:
    role, result = stop.facts.get("rolle"), stop.result_on(day)
    head = (UNLISTED, stop.title(None), not stop.is_open_to_all, None)
    return Item(*head, stop.id, stop.number, stop.kind, role, result, stop.author(None))


class Noted(NamedTuple):
    """Who entered the result of an item, and when; day and clock are those of the town."""

    by: str | None
    at: Any
    #: What the minutes say of the item.
    minutes: str | None


def noted(workflow: Workflow, session: SessionRow, item: Item) -> Noted | None:
    """Who entered the result that an item had in a session; None: nobody has yet."""
    if item.stop is None:
        return _noted_there(workflow, session, item)
    day, town = session.day.isoformat(), workflow.directory.town(session.body)
    stop = _stop(workflow, item.stop)
    line = _line_of(stop, workflow.history(item.stop), day)
    if line is None:
        return None
    by = town.names.get(line.actor or "", line.actor)
    minutes = stop.facts.get("niederschrift") if stop.ended_on(day) else None
    return Noted(by, line.at.astimezone(town.zone), minutes)


def _line_of(stop: Stop, lines: Sequence[HistoryLine], day: str) -> HistoryLine | None:
    """The line of the log with which somebody entered what the body did with it on that day."""
    place, dealt = outcome_place(stop.facts.get(TREATED) or (), day), dealt_with(lines)
    line = dealt[place] if place is not None and place < len(dealt) else None
    return line if line is not None and line.event in set(EVENTS.values()) else None


def _noted_there(workflow: Workflow, session: SessionRow, item: Item) -> Noted | None:
    town, lines = workflow.directory.town(session.body), workflow.history(session.id)
    fitting = [one for one in lines if one.event == OF_ITEM and (one.data or {}).get("nummer") == item.number]
    if not fitting:
        return None
    line = fitting[-1]
    by = town.names.get(line.actor or "", line.actor)
    return Noted(by, line.at.astimezone(town.zone), (line.data or {}).get("vermerk"))
