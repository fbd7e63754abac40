"""Guards and effects of resolutions: what the bodies have decided, who carries it out, what is reported of it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ..config.errors import Reason
from ..states.consultation_results import ADVISING, AUTHORITATIVE, DECISIONS, Weight, treated_on, weight
from ..states.punctuality import COUNCIL_BODY
from ..states.registry import Moment, Registry
from ..states.step import Member
from ..states.visibility import PUBLIC, UNDISCLOSED
from .intake.understanding_sentences import sentences
from .steps import note_in_row

if TYPE_CHECKING:
    from ..states.town import Town

Changes = Mapping[str, Any]

#: The states in which a body has dealt with it, or answered a question.
RESULTS = DECISIONS | {
    "empfohlen",
    "nicht_empfohlen",
    "zur_kenntnis_genommen",
    "verwiesen",
    "beantwortet",
    "angenommen",
}
#: What a body that is not to decide does with it.
_NOT_DECIDING = ADVISING | {"kenntnisnahme"}
#: What an item of a list begins with.
_BULLET = re.compile(r"^(?:[-–—•*·▪◦]|\d{1,2}[.)]|[A-Za-z]\))\s+")
#: A line so long is broken for its length; what goes on behind these signs.
_FULL, _OPEN = 60, (":", ",", ";")
_FACTION = "Fraktion"
#: A stop that has taken note; what it keeps as long as it is referred to another body.
_NOTED, _REFERRAL = "zur_kenntnis_genommen", "verweisung"


def register_resolutions(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("result_in", least=2, most=6, one_by_one=True)(result_in)
    registry.guard("undecided", least=2, one_by_one=True)(undecided)
    registry.guard("decided_without_advice", least=2, one_by_one=True)(decided_without_advice)
    registry.guard("only_noting_open", least=2, one_by_one=True)(only_noting_open)
    registry.guard("one_authoritative", least=3, one_by_one=True)(one_authoritative)
    registry.guard("none_open", least=1, most=9)(none_open)
    registry.guard("no_results", least=2, linked=True)(no_results)
    registry.guard("decides_there", least=3, linked=True)(decides_there)
    registry.guard("not_over", least=1, most=2)(not_over)
    registry.guard("none_pending", least=1)(none_pending)
    registry.guard("sentences", least=2)(at_most_sentences)
    registry.effect("log_row", least=3, most=6)(log_row)
    registry.effect("gather", least=3)(gather)
    registry.effect("note_pending", least=3, most=6)(note_pending)
    registry.effect("take_over", least=2)(take_over)
    registry.effect("note_treated_on", least=2, one_by_one=True)(note_treated_on)
    registry.effect("note_hidden", least=1, one_by_one=True)(note_hidden)
    registry.effect("note_hidden_there", least=1, linked=True)(note_hidden_there)
    registry.effect("as_decided", least=3, most=4, one_by_one=True)(as_decided)
    registry.effect("note_in_row", least=4, most=6)(note_in_row)
    registry.effect("note_function", least=2)(note_function)
    registry.effect("note_decider", least=3, one_by_one=True)(note_decider)
    registry.effect("prepare_report", least=5)(prepare_report)


def result_in(moment: Moment, child: str, *states: str) -> Reason | None:
    """The stop that counts has ended in one of the states: of those that have decided the authoritative one, the last.

    Where none has decided, the last of all.
    """
    counts = _that_counts(moment, child)
    if counts is not None and counts.state in states:
        return None
    return Reason("result_not_in", {"child": child, "states": ", ".join(states)})


def _that_counts(moment: Moment, child: str) -> Member | None:
    ended = [one for one in moment.situation.members if one.child == child and one.closed]
    return max(ended, key=_weight, default=None)


def undecided(moment: Moment, child: str, scheduled: str) -> Reason | None:
    """The decision on the paper is not taken: not the authoritative one, nor another with no body left to decide.

    `scheduled`: the list of all stops.
    """
    counts = _that_counts(moment, child)
    if counts is None or counts.state not in DECISIONS:
        return None
    if not counts.facts.get(AUTHORITATIVE) and not _still(moment, child, scheduled) <= _NOT_DECIDING:
        return None
    return Reason("decided_already", {"child": child, "state": counts.state})


def _still(moment: Moment, child: str, scheduled: str) -> set[Any]:
    """What the bodies that still have it before them are to do."""
    return {row.get("rolle") for stop, row in as_scheduled(moment, child, scheduled) if not stop.closed}


def decided_without_advice(moment: Moment, child: str, scheduled: str) -> Reason | None:
    """The decision is taken and some body that was to advise on it has not. `scheduled` as in `undecided`."""
    if undecided(moment, child, scheduled) is None:
        return Reason("decision_pending", {"child": child})
    is_advised = not _still(moment, child, scheduled) & ADVISING
    return Reason("no_advice_open", {"child": child}) if is_advised else None


def only_noting_open(moment: Moment, child: str, scheduled: str) -> Reason | None:
    """Whichever stops are still open are only to take note; `scheduled`: the list of all stops."""
    still = [row.get("rolle") for stop, row in as_scheduled(moment, child, scheduled) if not stop.closed]
    waits_for = sum(role != "kenntnisnahme" for role in still)
    return Reason("children_open", {"child": child, "count": waits_for}) if waits_for else None


def one_authoritative(moment: Moment, child: str, new: str, scheduled: str) -> Reason | None:
    """No stop in the list `new` is authoritative, or none in the list `scheduled` that has decided or still may."""
    known = moment.facts.get(scheduled) or ()
    added = any(row.get("massgeblich") for row in moment.facts.get(new) or () if row not in known)
    stops = as_scheduled(moment, child, scheduled) if added else ()
    standing = (row for stop, row in stops if not stop.closed or stop.state in DECISIONS)
    other = next((row for row in standing if row.get("massgeblich")), None)
    if other is None:
        return None
    body = _town(moment).names.get(other["gremium"], other["gremium"])
    return Reason("authoritative_already", {"body": body, "day": other.get("sitzung")})


def as_scheduled(moment: Moment, child: str, scheduled: str) -> Iterator[tuple[Member, Mapping[str, Any]]]:
    """The stops in the order of the Beratungsfolge, each with its record in `scheduled`; empty: it has none."""
    stops = sorted((one for one in moment.situation.members if one.child == child), key=_place)
    rows = list(moment.facts.get(scheduled) or ())[: len(stops)]
    return zip(stops, [*rows, *({} for _ in stops[len(rows) :])], strict=True)


def _has_decided(moment: Moment, child: str) -> bool:
    counts = _that_counts(moment, child)
    return counts is not None and counts.state in DECISIONS


def _place(stop: Member) -> tuple[int, int]:
    """Where it stands in the Beratungsfolge."""
    return stop.round, stop.position


def _weight(stop: Member) -> Weight:
    return weight(stop.state, stop.facts, stop.round, stop.position)


def none_open(moment: Moment, *kinds: str) -> Reason | None:
    """No child of these kinds is open; a kind that the lifecycle does not have counts for nothing."""
    still = [one for one in moment.situation.children if one.child in kinds and not one.closed]
    if not still:
        return None
    return Reason("children_open", {"child": still[0].child, "count": sum(one.how_many for one in still)})


def no_results(moment: Moment, link: str, day: str) -> Reason | None:
    """No stop, amendment or question that the link finds has a result; before the `day` known nothing has one."""
    entered = {one.state for one in moment.situation.linked.get(link, ())} & RESULTS
    if not entered or _day_known(moment, day) > moment.today:
        return None
    return Reason(
        "results_entered", {"day": _day_known(moment, day).isoformat(), "results": ", ".join(sorted(entered))}
    )


def decides_there(moment: Moment, link: str, body: str, day: str) -> Reason | None:
    """The link finds a stop that is still to be decided, or was: that of the body `body` in its session on `day`."""
    if any(not one.closed or one.state in DECISIONS for one in moment.situation.linked.get(link, ())):
        return None
    key = moment.facts.get(body)
    return Reason("decides_elsewhere", {"body": _town(moment).names.get(key or "", key), "day": moment.facts.get(day)})


def not_over(moment: Moment, name: str, begins: str | None = None) -> Reason | None:
    """The day `name`, as it was known before the event, is today or later, and the clock time `begins` to come."""
    day, clock = _day_known(moment, name), moment.situation.known.get(begins or "")
    if day < moment.today:
        return Reason("session_over", {"day": day.isoformat()})
    if day == moment.today and clock is not None and f"{moment.now.astimezone(_town(moment).zone):%H:%M}" >= clock:
        return Reason("session_begun", {"begins": clock})
    return None


def _day_known(moment: Moment, name: str) -> date:
    return date.fromisoformat(moment.situation.known[name])


def none_pending(moment: Moment, names: str) -> Reason | None:
    """No amendment that is named in the list `names` waits for a decision."""
    pending = moment.facts.get(names)
    return Reason("amendments_pending", {"amendments": "; ".join(pending)}) if pending else None


def at_most_sentences(moment: Moment, name: str, most: str) -> Reason | None:
    """The text `name` has so many sentences at most."""
    count = sentence_count(str(moment.facts.get(name) or ""))
    return Reason("too_many_sentences", {"fact": name, "count": count, "most": most}) if count > int(most) else None


def sentence_count(text: str) -> int:
    """How many sentences a text has; a line and an item of a list is one without a full stop, too."""
    return sum(1 for part in _parts(text) for one in sentences(part, strict=True) if re.search(r"\w", one))


def _parts(text: str) -> list[str]:
    """The paragraphs, lines and items of a text; what is broken for its length is put together."""
    parts, before = list[str](), ""
    for line in map(str.strip, text.splitlines()):
        bare = _BULLET.sub("", line, count=1)
        goes_on = before.endswith(_OPEN) or (bare == line and (line[:1].islower() or len(before) >= _FULL))
        if before and line and goes_on:
            parts[-1] += f" {bare}"
        else:
            parts.append(bare)
        before = line
    return parts


def log_row(moment: Moment, rows: str, day: str, *parts: str) -> Changes:
    """Add a record to the list `rows`: the day of the event under `day`, and those of the inputs `parts` it gives."""
    given = {part: moment.data[part] for part in parts if moment.data.get(part) is not None}
    return {rows: [*(moment.facts.get(rows) or ()), {day: moment.today.isoformat(), **given}]}


def gather(moment: Moment, names: str, rows: str, part: str) -> Changes:
    """In the list `names`: what stands under `part` in each record of the list `rows`."""
    return {names: list(dict.fromkeys(row[part] for row in moment.facts.get(rows) or () if row.get(part)))}


def note_pending(moment: Moment, names: str, record: str, *parts: str) -> Changes:
    """Add to the list `names` how the `record` that this event gives is called by its `parts`."""
    given = moment.data.get(record) or {}
    called = ": ".join(str(given[part]) for part in parts if given.get(part))
    return {names: [*(moment.facts.get(names) or ()), called]}


def take_over(moment: Moment, name: str, other: str) -> Changes:
    """Keep under `name` what `other` holds."""
    return {name: moment.facts.get(other)}


def note_treated_on(moment: Moment, child: str, name: str) -> Changes:
    """Keep under `name` the day on which the stop of that kind that counts was dealt with."""
    counts = _that_counts(moment, child)
    return {name: counts and treated_on(counts.facts)}


def note_hidden(moment: Moment, child: str) -> Changes:
    """Keep whether the stop of that kind that counts was not public."""
    if _is_hidden(moment, child):
        return {UNDISCLOSED: True}
    return {UNDISCLOSED: None} if moment.facts.get(UNDISCLOSED) else {}


def note_hidden_there(moment: Moment, link: str) -> Changes:
    """Keep that a stop that the link finds is not public, or was decided where the public was excluded."""
    found = moment.situation.linked.get(link, ())
    return {UNDISCLOSED: True} if any(not one.public or one.facts.get(UNDISCLOSED) for one in found) else {}


def as_decided(moment: Moment, child: str, scheduled: str, *lists: str) -> Changes:
    """What the records entered in `lists` have from the decision they follow from, unless they say it themselves.

    They name the body that has taken it, and are not public where the stop that counts was not; `scheduled`: the list
    of all stops.
    """
    body = _decider(moment, child, scheduled) if _has_decided(moment, child) else None
    shared = {**({COUNCIL_BODY: body} if body else {}), **({PUBLIC: False} if _is_hidden(moment, child) else {})}
    given = {name: moment.data[name] for name in lists if shared and moment.data.get(name)}
    return {name: [{**shared, **row} for row in rows] for name, rows in given.items()}


def _is_hidden(moment: Moment, child: str) -> bool:
    counts = _that_counts(moment, child)
    return counts is not None and (not counts.public or bool(counts.facts.get(UNDISCLOSED)))


def note_function(moment: Moment, name: str, function: str) -> Changes:
    """Keep under `name` who holds the function in the town (else the council office), unless the event says another."""
    functions = _town(moment).functions
    held = functions.get(function) or functions.get("geschaeftsstelle")
    return {} if moment.data.get(name) else {name: held}


def note_decider(moment: Moment, child: str, name: str, scheduled: str) -> Changes:
    """Keep under `name` the body that has decided, else the last that took note, unless it names one.

    `scheduled`: the list of all stops.
    """
    body = _decider(moment, child, scheduled)
    return {name: body} if body and not moment.facts.get(name) else {}


def _decider(moment: Moment, child: str, scheduled: str) -> str | None:
    """Of a stop that was referred the body to which it was; that keeps the list of what is to be done."""
    stops = [one for one in as_scheduled(moment, child, scheduled) if one[0].state in DECISIONS | {_NOTED}]
    last = max(stops, key=lambda one: _weight(one[0]), default=None)
    if last is None:
        return None
    stop, row = last
    referred = stop.facts.get(_REFERRAL) or {}
    return referred.get(COUNCIL_BODY) or row.get(COUNCIL_BODY)


def prepare_report(moment: Moment, *names: str) -> Changes:
    """What a report on a promise begins with, as far as the event does not say it itself.

    `names`: the facts for the subject, the body that gets it, at whose request, the papers it refers to, and the note
    to the office. What was promised stands in the note alone: subjects are seen by more people than promises.
    """
    facts, town = moment.facts, _town(moment)
    receiver = facts.get("empfaenger")
    party = town.parties.get(receiver or "")
    is_body = party is not None and party.kind == "body" and party.classification != _FACTION
    number = facts.get("nummer")
    values = (
        f"Bericht zu einer Zusage ({number})" if number else "Bericht zu einer Zusage",
        receiver if is_body else facts.get(names[1]),
        facts.get("fragesteller") or receiver,
        [number] if number else None,
        f"Zugesagt ist: {facts.get('zusage')}",
    )
    return {name: value for name, value in zip(names, values, strict=True) if moment.data.get(name) is None}


def _town(moment: Moment) -> "Town":
    if moment.town is None:
        raise LookupError("town")  # only where an effect is called without an engine
    return moment.town
