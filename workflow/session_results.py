"""What a body did with an item of its agenda, entered at the consultation behind it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from ..config.errors import InvalidInputError, NotFoundError
from ..config.text import Text
from ..states.agendas import AgendaView, Item, Stop, stops_of
from ..states.consultation_results import DECISIONS, treatment_text
from ..states.engine import Fired
from ..states.step import Actor, Command
from ..states.visibility import Reader
from .agenda import same_number
from .consultations import Stage, stages
from .reading_rights import lifecycle_of
from .session_reference import bodies_of, organisation_meant
from .sessions import agenda, sight_of
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
_EVENTS: Mapping[Result, str] = {
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
#: Roles in which a body advises the one that decides.
_ADVISING = frozenset({"vorberatung", "anhoerung"})
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
    """The result of an item, as the event of its consultation.

    Raises:
        InvalidInputError: something is said that this result does not have, or lacks.
        RefusedError: as in `Workflow.fire`, such as before the day of the session.
    """
    if item.stop is None:
        raise InvalidInputError("session_item_bare", item=item.number)
    wrong = [one for one in said.options if result not in _OPTIONS[one]]
    if wrong:
        raise InvalidInputError("session_result_option", result=result, options=", ".join(wrong))
    missing = [one for one, kind in (("--wording", "changed"), ("--to", "referred")) if kind == result]
    missing = [one for one in missing if one not in said.options]
    if missing:
        raise InvalidInputError("session_result_missing", result=result, options=", ".join(missing))
    data = _data(result, said) | ({"top": item.number} if result in _NUMBERED and item.number != UNLISTED else {})
    if result == "referred":
        data["verweisung"] = _referral(workflow, view, item, said)
    commands = [Command(item.stop, _EVENTS[result], actor, data)]
    if (item.result or {}).get("ergebnis") == _PASSED_OVER:
        day = view.session.day.isoformat()
        commands.insert(0, Command(item.stop, "behandlung_nachtragen", actor, {"sitzung": day}))
    return workflow.fire_batch(commands)[-1]


def _data(result: Result, said: Said) -> dict[str, Any]:
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
    """The stop before the other body: on the day said, else in its next session."""
    town = workflow.directory.town(view.session.body)
    body = organisation_meant(town, said.to or "")
    if body is None:
        raise NotFoundError("session_body_unknown", given=said.to, known=", ".join(bodies_of(town)))
    following = town.next_session(body, max(workflow.today(town.key), view.session.day))
    day = said.on if said.on else following.day.isoformat() if following else None
    if day is None:
        own = view.session.day.isoformat()
        raise InvalidInputError("session_referral_day", body=town.names.get(body, body), day=own)
    return {"gremium": body, "sitzung": day, "rolle": item.role}


class Outcome(NamedTuple):
    """What has been entered for an item, in words, and what is odd about it."""

    label: Text
    #: Another body decides on the paper before this one recommends anything.
    decides_before: Stage | None


def outcome(workflow: Workflow, view: AgendaView, fired: Fired, reader: Reader | None) -> Outcome:
    """What came of the result of an item."""
    stop_id = fired.case.id
    with workflow.database.reading() as connection:
        stop = stops_of(connection, [stop_id], sight_of(workflow))[stop_id]
    if fired.event != _EVENTS["postponed"]:
        return Outcome(stop.state_label, None)
    label = treatment_text(stop.result_on(view.session.day.isoformat())) or stop.state_label
    return Outcome(label, _decides_before(workflow, stop, reader) if stop.facts.get("rolle") in _ADVISING else None)


def _decides_before(workflow: Workflow, stop: Stop, reader: Reader | None) -> Stage | None:
    paper = workflow.case(workflow.case(stop.id).case.parent_id or stop.id).case
    while paper.parent_id and lifecycle_of(workflow, paper).record == "consultation":
        paper = workflow.case(paper.parent_id).case
    ahead = date.fromisoformat(stop.facts["sitzung"])
    rows = (one for one in stages(workflow, paper, reader) if one.role == "entscheidung" and one.day is not None)
    return next((one for one in rows if one.day and one.day < ahead and one.result in {None, *DECISIONS}), None)


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


def noted(workflow: Workflow, item: Item, day: date) -> Noted | None:
    """Who entered the result that an item had on a day; None: nobody has yet."""
    if item.stop is None:
        return None
    town = workflow.directory.town(workflow.case(item.stop).case.body)
    lines = [one for one in workflow.history(item.stop) if one.event in set(_EVENTS.values())]
    fitting = [one for one in lines if one.at.astimezone(town.zone).date() >= day]
    if not fitting:
        return None
    line = fitting[0]
    with workflow.database.reading() as connection:
        stop = stops_of(connection, [item.stop], sight_of(workflow))[item.stop]
    by = town.names.get(line.actor or "", line.actor)
    return Noted(by, line.at.astimezone(town.zone), stop.facts.get("niederschrift"))


def seen_item(workflow: Workflow, view: AgendaView, word: str, reader: Reader | None) -> tuple[AgendaView, Item]:
    """The agenda anew as `reader` sees it, with the item meant."""
    shown = agenda(workflow, view.session, reader)
    return shown, item_meant(shown, word)
