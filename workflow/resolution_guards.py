"""Guards and effects of resolutions: what the bodies have decided, who carries it out, what is reported of it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ..config.errors import Reason
from ..states.consultation_results import AUTHORITATIVE, DECISIONS, weight
from ..states.registry import Moment, Registry
from ..states.step import Member
from ..states.visibility import PUBLIC
from .steps import skip_step

if TYPE_CHECKING:
    from ..states.town import Town

Changes = Mapping[str, Any]

#: What a stop keeps of a referral that was treated where the public was excluded.
_HIDDEN = "nichtoeffentlich_behandelt"
#: The states in which a body has dealt with it.
RESULTS = DECISIONS | {"empfohlen", "nicht_empfohlen", "zur_kenntnis_genommen", "verwiesen"}
#: A sentence ends here, but not after a single letter or a number: „z. B.“, „i. A.“, „am 3. Mai“, „Nr. 5“.
_SENTENCE_END = re.compile(
    r"(?<![\s.(]\w)(?<!^\w)(?<!(?<!\d\d\d)\d)(?<!\bNr)(?<!\bca)(?<!\bbzw)(?<!\bDr)(?<!\bMio)(?<!\bMrd)[.!?]+(?=[\s\"“”»)]|$)"
)
_FACTION = "Fraktion"


def register_resolutions(registry: Registry) -> None:
    """Add them to `registry`."""
    registry.guard("result_in", least=2, most=6, one_by_one=True)(result_in)
    registry.guard("undecided", least=1, one_by_one=True)(undecided)
    registry.guard("none_open", least=1, most=9)(none_open)
    registry.guard("no_results", least=2, linked=True)(no_results)
    registry.guard("not_over", least=1)(not_over)
    registry.guard("none_pending", least=1)(none_pending)
    registry.guard("sentences", least=2)(sentences)
    registry.effect("log_row", least=3, most=6)(log_row)
    registry.effect("gather", least=3)(gather)
    registry.effect("note_pending", least=3, most=6)(note_pending)
    registry.effect("take_over", least=2)(take_over)
    registry.effect("note_hidden", least=1, one_by_one=True)(note_hidden)
    registry.effect("hide_as_decided", least=2, most=3, one_by_one=True)(hide_as_decided)
    registry.effect("note_in_row", least=4)(skip_step)
    registry.effect("note_function", least=2)(note_function)
    registry.effect("note_decider", least=2)(note_decider)
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


def undecided(moment: Moment, child: str) -> Reason | None:
    """No stop of that kind has taken the authoritative decision."""
    counts = _that_counts(moment, child)
    if counts is None or counts.state not in DECISIONS or not counts.facts.get(AUTHORITATIVE):
        return None
    return Reason("decided_already", {"child": child, "state": counts.state})


def _weight(stop: Member) -> tuple[bool, bool, str, int]:
    return weight(stop.state, stop.facts, stop.round)


def none_open(moment: Moment, *kinds: str) -> Reason | None:
    """No child of these kinds is open; a kind that the lifecycle does not have counts for nothing."""
    still = [one for one in moment.situation.children if one.child in kinds and not one.closed]
    if not still:
        return None
    return Reason("children_open", {"child": still[0].child, "count": sum(one.how_many for one in still)})


def no_results(moment: Moment, link: str, day: str) -> Reason | None:
    """No stop that the link finds has a result; before the `day` that is known of the session none was given in it."""
    entered = moment.situation.linked.get(link, frozenset()) & RESULTS
    if not entered or _day_known(moment, day) > moment.today:
        return None
    return Reason(
        "results_entered", {"day": _day_known(moment, day).isoformat(), "results": ", ".join(sorted(entered))}
    )


def not_over(moment: Moment, name: str) -> Reason | None:
    """The day `name`, as it was known before the event, is today or later."""
    day = _day_known(moment, name)
    return None if day >= moment.today else Reason("session_over", {"day": day.isoformat()})


def _day_known(moment: Moment, name: str) -> date:
    return date.fromisoformat(moment.situation.known[name])


def none_pending(moment: Moment, names: str) -> Reason | None:
    """No amendment that is named in the list `names` waits for a decision."""
    pending = moment.facts.get(names)
    return Reason("amendments_pending", {"amendments": "; ".join(pending)}) if pending else None


def sentences(moment: Moment, name: str, most: str) -> Reason | None:
    """The text `name` has so many sentences at most."""
    count = sentence_count(str(moment.facts.get(name) or ""))
    return Reason("too_many_sentences", {"fact": name, "count": count, "most": most}) if count > int(most) else None


def sentence_count(text: str) -> int:
    """How many sentences a text has; what follows the last full stop is one, too."""
    return sum(1 for part in _SENTENCE_END.split(text) if re.search(r"\w", part))


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


def note_hidden(moment: Moment, child: str) -> Changes:
    """Keep that the stop of that kind that counts was not public."""
    return {_HIDDEN: True} if _is_hidden(moment, child) else {}


def hide_as_decided(moment: Moment, child: str, *lists: str) -> Changes:
    """Where the stop that counts was not public, the records entered in `lists` are not, unless they say so."""
    if not _is_hidden(moment, child):
        return {}
    given = {name: moment.data[name] for name in lists if moment.data.get(name)}
    return {name: [{PUBLIC: False, **row} for row in rows] for name, rows in given.items()}


def _is_hidden(moment: Moment, child: str) -> bool:
    counts = _that_counts(moment, child)
    return counts is not None and (not counts.public or bool(counts.facts.get(_HIDDEN)))


def note_function(moment: Moment, name: str, function: str) -> Changes:
    """Keep under `name` who holds the function in the town (else the council office), unless the event says another."""
    functions = _town(moment).functions
    held = functions.get(function) or functions.get("geschaeftsstelle")
    return {} if moment.data.get(name) else {name: held}


def note_decider(moment: Moment, name: str, stops: str) -> Changes:
    """Keep under `name` the body that decides by the list `stops`, unless it names one: the authoritative, the last."""
    deciding = [row for row in moment.facts.get(stops) or () if row.get("rolle") == "entscheidung"]
    chosen = [row for row in deciding if row.get("massgeblich")] or deciding
    return {name: chosen[-1]["gremium"]} if chosen and not moment.facts.get(name) else {}


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
