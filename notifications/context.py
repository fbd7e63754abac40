"""What a template may know: plain dictionaries, texts and numbers, built from the dossier of a message.

The keys are a promise to those who write templates: ``recipient, body, case, main, facts, data, params, deadline,
deadlines, ended, children, also_to, link, base_url, attached, functions, names``. Values that are not there are left
out, so that ``is defined`` asks for them. Days are ISO texts.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from ..config.text import Lang
from ..states.clocks import REASON
from ..states.deadlines import Due
from ..states.queries import DeadlineView
from ..states.slips import working_days
from ..states.town import Town
from ..states.trace import SLIPS
from .dossiers import Dossier, Known
from .outbox import Leased
from .recipients import Recipient
from .steps import steps
from .visibility import Publicity, Reader, may_show_content


class Scene(NamedTuple):
    """A message on its way into words: what it is about, where and for whom."""

    message: Leased
    dossier: Dossier
    town: Town
    recipient: Recipient
    base_url: str

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
        """The recipient on that day. Offices, functions and who works in one of them are the administration."""
        town, key, day = self.town, self.recipient.key, self.day
        parties = {key, *(place for place, start, end in town.memberships.get(key, ()) if _within(day, start, end))}
        known = (town.parties.get(party) for party in parties)
        inside = any(party is not None and party.kind == "office" for party in known)
        return Reader(inside=inside or not parties.isdisjoint(town.functions.values()), day=day)


def _within(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def publicity(dossier: Dossier) -> Publicity:
    """What the visibility predicate has to know."""
    line = (dossier.case, *dossier.ancestors)
    return _publicity(line, [dossier.paper or {}] if dossier.case.row["paper_id"] else [])


def _publicity(line: Sequence[Known], papers: Sequence[Mapping[str, Any]]) -> Publicity:
    records = [*(known.record for known in line if known.record is not None), *papers]
    return Publicity(
        cases=tuple(bool(known.row["public"]) for known in line),
        records=tuple(record.get("public") for record in records),
        facts=tuple(_facts(known) for known in line),
        embargoes=tuple(known.embargo for known in line if known.embargo is not None),
    )


def neutral_context(scene: Scene) -> dict[str, Any]:
    """What may be known of a case that is not public: whom to tell, and the link."""
    return {
        "recipient": _recipient(scene),
        "body": _body(scene.town),
        "link": _link(scene),
        "base_url": scene.base_url,
        "represents": _represented(scene),
    }


def _represented(scene: Scene) -> str | None:
    """The name of the person for whom the recipient stands in."""
    party = scene.town.parties.get(scene.message.params.get("represents") or "")
    return party.name if party else None


def context(scene: Scene, *, attached: bool) -> dict[str, Any]:
    """What the template of a message may know of a public case."""
    dossier, lang = scene.dossier, scene.lang
    case = dossier.case
    main = dossier.ancestors[-1] if dossier.ancestors else case
    before = steps(scene, _facts(case))
    deadlines = [
        _deadline(scene, clock) | before.get(clock.name, {}) for clock in dossier.deadlines if clock.status == "running"
    ]
    return {
        **neutral_context(scene),
        "case": _case(case, dossier.paper or {}, lang),
        "main": _main(main, lang),
        "facts": _facts(case),
        "data": _given(entered(dossier.event)),
        "params": {"rung": None, "missed": [], "represents": None, "earlier": [], **scene.message.params},
        "deadline": _meant(deadlines, scene.message.params.get("deadline")),
        "deadlines": deadlines,
        "ended": [_deadline(scene, clock) for clock in dossier.ended],
        "children": [_child(child, scene) for child in dossier.children],
        "also_to": list(dossier.also_to),
        "attached": attached,
        "functions": dict(scene.town.functions),
        "names": scene.town.names,
    }


def _recipient(scene: Scene) -> dict[str, str]:
    return {"key": scene.recipient.key, "name": scene.recipient.name, "kind": scene.recipient.kind}


def _body(town: Town) -> dict[str, Any]:
    office = town.parties.get(town.functions.get("geschaeftsstelle", ""))
    return {"name": town.name, "office": office.name if office else None}


def _link(scene: Scene) -> str:
    return f"{scene.base_url}/vorgang/{scene.message.case_id}"


def _case(known: Known, paper: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    kind = known.lifecycle.label.in_(lang)
    return {
        "id": known.row["id"],
        "number": paper.get("reference"),
        "subject": paper.get("name"),
        "title": paper.get("name") or kind,
        "kind": kind,
        "state": _state(known, lang),
        "owner": known.row["owner"],
    }


def _main(known: Known, lang: Lang) -> dict[str, Any]:
    kind = known.lifecycle.label.in_(lang)
    return {"id": known.row["id"], "kind": kind, "facts": _facts(known), "open": _open(known)}


def _state(known: Known, lang: Lang) -> str:
    return known.lifecycle.states[known.row["state"]].label.in_(lang)


def _facts(known: Known) -> dict[str, Any]:
    """The facts, and what lies in the typed record under the names that the lifecycle gives it."""
    record = known.record or {}
    columns = {field.name: record.get(field.column) for field in known.lifecycle.fields.values() if field.column}
    return _given({**columns, **known.row["facts"]})


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
        "trace": [line[scene.lang] for line in clock.trace if line["step"] not in SLIPS],
        "since": clock.occurrence,
        "changed": max(clock.occurrence, scene.dossier.changed.get(clock.name, 0)),
        "milestone": False,
    }


def _time_of_day(scene: Scene, clock: DeadlineView) -> str | None:
    """Until when on the last day; None: until its end."""
    local = clock.lapses_at.astimezone(scene.town.zone)
    return f"{local:%H:%M}" if local.date() == clock.due_on else None


def _meant(deadlines: list[dict[str, Any]], named: str | None) -> dict[str, Any] | None:
    """The deadline that a message is about: the one it names, else the one that has been running longest."""
    if named is not None:
        return next((each for each in deadlines if each["name"] == named), None)
    return min(deadlines, key=lambda each: each["since"], default=None)


def _open(known: Known) -> bool:
    return known.row["closed_at"] is None


def _child(known: Known, scene: Scene) -> dict[str, Any]:
    """A child in a mail of its parent; of one that is not public itself, no facts."""
    row = known.row
    newest = max(each.row["round"] for each in scene.dossier.children if each.row["child"] == row["child"])
    return {
        "child": row["child"],
        "state": _state(known, scene.lang),
        "open": _open(known),
        "outcome": row["outcome"],
        "latest": row["round"] == newest,
        "facts": _facts(known) if may_show_content(_publicity([known], []), scene.reader) else {},
    }
