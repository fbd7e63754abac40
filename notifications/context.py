"""What a template may know: plain dictionaries, texts and numbers, built from the dossier of a message.

The keys are a promise to those who write templates: ``recipient, body, case, main, facts, data, params, deadline,
deadlines, ended, children, also_to, link, personal, relay, base_url, attached, functions, names, next_session``;
``listed`` with a control list. Values that are not there are left out, so that ``is defined`` asks for them. Days are
ISO texts.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from textwrap import shorten
from typing import Any, NamedTuple

from ..config.text import Lang
from ..states.blackening import Blackout, Private, blackout, marker
from ..states.clocks import REASON
from ..states.deadlines import Due
from ..states.kin import Known
from ..states.publicity import facts_of, private_of, publicity_of_family, publicity_of_line, reader_for
from ..states.queries import DeadlineView
from ..states.slips import working_days
from ..states.telling import RELAY
from ..states.town import Town
from ..states.trace import ORIGINS, SLIPS
from ..states.visibility import (
    Publicity,
    Reader,
    blackout_for,
    is_anonymised,
    may_show_content,
    visible_parts,
)
from .dossiers import Dossier
from .outbox import Leased
from .recipients import Recipient
from .steps import steps

#: The field of an opening event that says what a case without a typed record is called.
TITLE = "titel"
#: What tells what is asked, the first that is there, and how much of it is a name.
_ASKED, _LONGEST_NAME = ("betreff", "frage"), 80


class Scene(NamedTuple):
    """A message on its way into words: what it is about, where and for whom."""

    message: Leased
    dossier: Dossier
    town: Town
    recipient: Recipient
    base_url: str
    #: The personal link of the recipient, who may act with it; None: there is none.
    personal: str | None = None

    @property
    def lang(self) -> Lang:
        """The language of the recipient."""
        return self.recipient.lang

    @property
    def day(self) -> date:
        """The day for which the message was written, in the town; a later attempt says the same words."""
        return self.town.today(self.message.written_at)

    @property
    def reader(self) -> Reader:
        """The public, on that day: whoever gets a mail, the channel is open, and nothing secret is sent."""
        return Reader(inside=False, day=self.day)


def in_german(scene: Scene) -> Scene:
    """The scene in the language of the office, in which its papers and forms are."""
    return scene._replace(recipient=scene.recipient._replace(lang="de"))


def publicity(dossier: Dossier) -> Publicity:
    """What the visibility predicate has to know."""
    return publicity_of_line((dossier.case, *dossier.ancestors), dossier.paper)


def blackout_of(scene: Scene) -> Blackout | None:
    """What takes out of the words of a message what is private and not the recipient's to read; None: nothing is."""
    return blackout_for(_of_family(scene), _recipient_reading(scene)) if _private(scene) is not None else None


def subject_line(scene: Scene, subject: str) -> str:
    """The subject of a mail without what is private, whoever gets it: it stands in logs and lists on its way."""
    private = _private(scene)
    return blackout(private).text(subject) if private is not None else subject


def has_anonymised(scene: Scene) -> bool:
    """Whether papers for the recipient are anonymised: as if they had asked for them."""
    return is_anonymised(_of_family(scene), _recipient_reading(scene))


def _private(scene: Scene) -> Private | None:
    dossier = scene.dossier
    return private_of((dossier.case, *dossier.ancestors, *dossier.children), scene.town)


def _of_family(scene: Scene) -> Publicity:
    dossier = scene.dossier
    return publicity_of_family((dossier.case, *dossier.ancestors), dossier.children, dossier.paper, scene.town)


def _recipient_reading(scene: Scene) -> Reader:
    return reader_for(scene.town, scene.recipient.key, scene.day)


def neutral_context(scene: Scene) -> dict[str, Any]:
    """What may be known of a case that is not public: whom to tell, and the link."""
    return {
        "recipient": _recipient(scene),
        "body": _body(scene.town),
        "link": _link(scene),
        "base_url": scene.base_url,
        "represents": _represented(scene),
        "personal": scene.personal is not None,
        "relay": bool(scene.message.params.get(RELAY)),
    }


def _represented(scene: Scene) -> str | None:
    """The name of the person for whom the recipient stands in."""
    party = scene.town.parties.get(scene.message.params.get("represents") or "")
    return party.name if party else None


def context(scene: Scene, *, attached: bool) -> dict[str, Any]:
    """What the template of a message may know of a public case: blacked out, where the recipient must not read it."""
    black = blackout_of(scene)
    known = publicity(scene.dossier)._replace(private=black.private if black is not None else None)
    told = _told(scene, known, attached=attached)
    neutral = neutral_context(scene)
    if black is None:
        return {**neutral, **told}
    names = {**scene.town.names, **dict.fromkeys(black.private.keys, marker("Name"))}
    return {**neutral, **black.value(told), "names": names}


def _told(scene: Scene, known: Publicity, *, attached: bool) -> dict[str, Any]:
    dossier = scene.dossier
    case = dossier.case
    before = steps(scene, facts_known(case))
    deadlines = [
        _deadline(scene, clock) | before.get(clock.name, {}) for clock in dossier.deadlines if clock.status == "running"
    ]
    return {
        "case": _case(case, dossier.paper or {}, scene),
        "main": _main(scene, (case, *dossier.ancestors), known),
        "facts": _open_to(scene, known, facts_known(case)),
        "data": _open_to(scene, known, _given(entered(dossier.event))),
        "params": {"rung": None, "missed": [], "represents": None, "earlier": [], **scene.message.params},
        "deadline": _meant(deadlines, scene),
        "deadlines": deadlines,
        "ended": [_deadline(scene, clock) for clock in dossier.ended],
        "children": [_child(child, scene) for child in dossier.children],
        "also_to": list(dossier.also_to),
        "attached": attached,
        "functions": dict(scene.town.functions),
        "names": scene.town.names,
        "next_session": _next_session(case, scene),
    }


def _recipient(scene: Scene) -> dict[str, str]:
    return {"key": scene.recipient.key, "name": scene.recipient.name, "kind": scene.recipient.kind}


def _body(town: Town) -> dict[str, Any]:
    office = town.parties.get(town.functions.get("geschaeftsstelle", ""))
    return {"key": town.key, "name": town.name, "office": office.name if office else None}


def _link(scene: Scene) -> str:
    return scene.personal or f"{scene.base_url}/vorgang/{scene.message.case_id}"


def _case(known: Known, paper: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    lang = scene.lang
    kind = known.lifecycle.label.in_(lang)
    return {
        "id": known.row["id"],
        "number": paper.get("reference"),
        "subject": paper.get("name"),
        "title": paper.get("name")
        or _sitting(known, scene)
        or _entitled(known)
        or _called((known, *scene.dossier.ancestors), scene)
        or kind,
        "kind": kind,
        "lifecycle": known.lifecycle.id,
        "state": _state(known, lang),
        "owner": known.row["owner"],
        "changed": known.row["log_seq"],
    }


def _entitled(known: Known) -> str | None:
    """What a case was called when it was opened; None: nobody said, or its record says it."""
    asked = {field.name for field in known.lifecycle.opening.ask}
    return facts_known(known).get(TITLE) if TITLE in asked else None


def _sitting(known: Known, scene: Scene) -> str | None:
    """What a session is called: its body and day; None: it is none."""
    record = known.record or {}
    if known.lifecycle.record != "meeting" or record.get("meeting_date") is None:
        return None
    day = date.fromisoformat(str(record["meeting_date"]))
    name = record.get("name") or scene.town.names.get(str(record.get("organization_key")), "")
    return f"{name}, {day.isoformat() if scene.lang == 'en' else f'{day:%d.%m.%Y}'}"


def _called(line: Sequence[Known], scene: Scene) -> str | None:
    """What a case without a paper is called: by what is asked, else as the nearest case above it; None: nothing."""
    for known in line:
        kind, facts = known.lifecycle.label.in_(scene.lang), facts_known(known)
        if sitting := _sitting(known, scene):
            return f"{kind}: {sitting}"
        asked = next((facts[name] for name in _ASKED if isinstance(facts.get(name), str)), None)
        if asked is not None:
            asked = shorten(asked, _LONGEST_NAME, placeholder=" …")
            return f"{kind} “{asked}”" if scene.lang == "en" else f"{kind} „{asked}“"
    return None


def _next_session(known: Known, scene: Scene) -> str | None:
    """The day of the session of the same body after one; None: none is planned, or the case is no session."""
    record = known.record or {}
    if known.lifecycle.record != "meeting" or record.get("meeting_date") is None:
        return None
    after = max(date.fromisoformat(str(record["meeting_date"])), scene.day)
    found = scene.town.next_session(str(record.get("organization_key")), after)
    return found.day.isoformat() if found else None


def _main(scene: Scene, line: Sequence[Known], publicity: Publicity) -> dict[str, Any]:
    """The nearest case that is a paper of its own, else the topmost; and the paper above it, which it answers."""
    papers = [known for known in line if known.lifecycle.record == "paper"] or [line[-1]]
    known, lang = papers[0], scene.lang
    return {
        "id": known.row["id"],
        "kind": known.lifecycle.label.in_(lang),
        "facts": _open_to(scene, publicity, facts_known(known)),
        "open": _open(known),
        "labels": {name: field.label.in_(lang) for name, field in known.lifecycle.fields.items()},
        "answers": _answered(papers[1], lang) if papers[1:] else None,
    }


def _answered(known: Known, lang: Lang) -> dict[str, Any]:
    record = known.record or {}
    return {"kind": known.lifecycle.label.in_(lang), "number": record.get("reference"), "subject": record.get("name")}


def _state(known: Known, lang: Lang) -> str:
    return known.lifecycle.states[known.row["state"]].label.in_(lang)


def facts_known(known: Known) -> dict[str, Any]:
    return _given(facts_of(known))


def _open_to(scene: Scene, known: Publicity, values: dict[str, Any]) -> dict[str, Any]:
    """The values, of attachments and sessions only those that the recipient may know of."""
    return visible_parts(known, values, scene.reader)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items() if value is not None}


def entered(line: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered with a line of the log; a reason given beside it is its `grund`, like one that it asked for."""
    return {REASON: line.get("reason"), **(line.get("data") or {})}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _deadline(scene: Scene, clock: DeadlineView) -> dict[str, Any]:
    spec = scene.dossier.case.lifecycle.deadlines.get(clock.name)
    rules = scene.town.rules_pinned(clock.ruleset, clock.ruleset_version)
    return {
        "name": clock.name,
        "label": spec.label.in_(scene.lang) if spec else clock.name,
        "due_on": clock.due_on.isoformat(),
        "at": _time_of_day(scene, clock),
        "days_left": (clock.due_on - scene.day).days,
        "overdue": clock.due_on < scene.day,
        "working_days_late": working_days(rules.calendar, clock.due_on, scene.day),
        "basis": clock.basis,
        "set": Due.stored(clock.due_on, clock.trace).is_set,
        "was": _was(clock),
        "trace": [line[scene.lang] for line in clock.trace if line["step"] not in SLIPS],
        "since": clock.occurrence,
        "changed": max(clock.occurrence, scene.dossier.changed.get(clock.name, 0)),
        "milestone": False,
    }


def _was(clock: DeadlineView) -> str | None:
    """The day from which it was moved last; None: it never was."""
    days = [line for line in clock.trace if line["step"] in ORIGINS]
    return str(days[-2]["day"]) if len(days) > 1 and days[-1]["step"] == "moved" else None


def _time_of_day(scene: Scene, clock: DeadlineView) -> str | None:
    """Until when on the last day; None: until its end."""
    local = clock.lapses_at.astimezone(scene.town.zone)
    return f"{local:%H:%M}" if local.date() == clock.due_on else None


def _meant(deadlines: list[dict[str, Any]], scene: Scene) -> dict[str, Any] | None:
    """The deadline that a message is about: the one it names, else the one that has been running longest.

    Of those that began together no step before a session, and the one that the lifecycle names first. What began only
    after its cause is no business of it.
    """
    named = scene.message.params.get("deadline")
    if named is not None:
        return next((each for each in deadlines if each["name"] == named), None)
    order = list(scene.dossier.case.lifecycle.deadlines)
    begun = [each for each in deadlines if each["since"] <= scene.message.occurrence]
    known = [each for each in begun if each["name"] in order]
    return min(known, key=lambda each: (each["since"], each["milestone"], order.index(each["name"])), default=None)


def _open(known: Known) -> bool:
    return known.row["closed_at"] is None


def _child(known: Known, scene: Scene) -> dict[str, Any]:
    """A child in a mail of its parent; of one that is not public itself, no facts."""
    row, own = known.row, publicity_of_line([known], None)
    asked = (row["child"], row["facts"].get("amt"))
    alike = (each.row for each in scene.dossier.children if (each.row["child"], each.row["facts"].get("amt")) == asked)
    newest = max(each["round"] for each in alike)
    return {
        "child": row["child"],
        "state": _state(known, scene.lang),
        "open": _open(known),
        "outcome": row["outcome"],
        "latest": row["round"] == newest,
        "facts": _open_to(scene, own, facts_known(known)) if may_show_content(own, scene.reader) else {},
    }
