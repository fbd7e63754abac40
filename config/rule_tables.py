"""Reads the tables of a rule file: one rule, its ladder, its extension; the calendar. Pure."""

from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Any, cast, get_args

from .calendars import BRIDGE_DAYS, LOCAL_HOLIDAYS, MOVABLE, Calendar, ClosingDay, Recess
from .errors import InvalidInputError
from .reader import Table
from .rules import (
    EVENT,
    LATE_BANDS,
    LONGEST,
    Basis,
    Direction,
    ExtensionRule,
    Roll,
    Rule,
    RungRule,
    Span,
    Unit,
    period,
)
from .text import Text

#: Most sessions for which a bar may hold.
MOST_SESSIONS = 100
#: What an interim reply is called where a rule set does not say.
INTERIM = Text("Zwischennachricht", "Interim reply")


def read_rule(name: str, table: Table, direction: Direction = "forward") -> Rule:
    """The rule `name` of a rule set; mistakes are recorded in the source of the table.

    `direction` is that of a rule which names none.
    """
    span = _span(table, table, "rules_length_and_unit")
    counting = _counting(table, direction)
    if span is None:
        for key in (*_COUNTING, "interim", "extension", "silence_is_consent", "on_next_agenda"):
            if key in table.data:
                table.find("rules_counts_nothing", key)
    if counting["cutoff"] is not None and span is not None and span.unit == "stunden":
        table.find("rules_cutoff_hours", "cutoff")
    rule = Rule(
        id=name,
        label=table.text("label"),
        length=span.n if span else None,
        unit=span.unit if span else "kalendertage",
        sessions=_sessions(table),
        **counting,
        interim=_interim(name, table, span),
        extension=_extension(table, counting["direction"]),
        silence_is_consent=bool(table.flag("silence_is_consent")),
        on_next_agenda=bool(table.flag("on_next_agenda")),
        grace=_grace(table),
        basis=cast("Basis", table.one_of("basis", get_args(Basis), "uebung")),
        norm=table.text("norm", Text("", "")),
        event=table.text("event", EVENT),
        ladder=_ladder(table),
    )
    table.close()
    return rule if rule.interim is None else replace(rule, interim=_counted_like(rule, rule.interim))


def _grace(table: Table) -> int:
    number = table.integer("grace") if "grace" in table.data else 0
    if not 0 <= number <= LONGEST:
        table.find("rules_length", "grace", value=number, most=LONGEST)
    return number


def _sessions(table: Table) -> int | None:
    """A bar counted in sessions; such a rule has no length and no steps."""
    if "sessions" not in table.data:
        return None
    number = table.integer("sessions")
    if not 1 <= number <= MOST_SESSIONS:
        table.find("rules_sessions", "sessions", value=number, most=MOST_SESSIONS)
    for key in ("length", "ladder"):
        if key in table.data:
            table.find("rules_sessions_and_length", key)
    return number


def _counted_like(rule: Rule, interim: Rule) -> Rule:
    same = {key: getattr(rule, key) for key in ("roll", "inclusive", "closing_roll", "rests_in_recess", "event")}
    return replace(interim, **same, basis=rule.basis, norm=interim.norm if any(interim.norm) else rule.norm)


#: What says how a period is counted, and means nothing for a Termin.
_COUNTING = ("roll", "direction", "inclusive", "full_days", "cutoff", "closing_roll", "rests_in_recess")


def _counting(table: Table, direction: Direction) -> dict[str, Any]:
    for key in (*_COUNTING, "interim", "extension"):
        table.raw(key)  # what may stand here, for whoever misspells it
    found = {
        "roll": table.one_of("roll", get_args(Roll)) if "roll" in table.data else None,
        "direction": table.one_of("direction", get_args(Direction), direction),
        "cutoff": _time(table, "cutoff") if "cutoff" in table.data else None,
        **{key: bool(table.flag(key)) for key in ("inclusive", "full_days", "closing_roll", "rests_in_recess")},
    }
    if found["full_days"] and found["direction"] == "forward":
        table.find("rules_full_days", "full_days")
    return found


def _span(table: Table, at: Table, code: str) -> Span | None:
    """Length and unit of `table`, both or neither."""
    has_length = "length" in table.data
    if has_length != ("unit" in table.data):
        at.find(code, "unit" if has_length else "length")
    length = table.integer("length") if has_length else None
    unit = cast("Unit", table.one_of("unit", get_args(Unit), "kalendertage"))
    if length is not None and not 1 <= length <= LONGEST:
        table.find("rules_length", "length", value=length, most=LONGEST)
    return Span(length, unit) if length is not None else None


def _interim(name: str, table: Table, span: Span | None) -> Rule | None:
    """The interim reply, a rule counted like the whole, but neither extended nor cut off at a time of day."""
    if "interim" not in table.data:
        return None
    inner = table.table("interim")
    interim = _span(inner, inner, "rules_length_and_unit")
    if interim is None:
        inner.find("rules_length", "length", value="–", most=LONGEST)
    elif span is not None and shortest(interim) > shortest(span):
        inner.find("rules_interim_late", "length", interim=period(*interim), whole=period(*span))
    rule = Rule(
        id=f"{name}.interim",
        label=inner.text("label", INTERIM),
        length=interim.n if interim else None,
        unit=interim.unit if interim else "kalendertage",
        norm=inner.text("norm", Text("", "")),
        ladder=_ladder(inner),
    )
    inner.close()
    return rule


#: Roughly how many days a unit is; enough to see that a part is longer than the whole.
_ROUGHLY = {
    "stunden": 1 / 24,
    "kalendertage": 1.0,
    "werktage": 7 / 6,
    "arbeitstage": 1.4,
    "wochen": 7.0,
    "halbmonate": 15.0,
    "monate": 30.0,
    "quartale": 91.0,
    "halbjahre": 182.0,
    "jahre": 365.0,
}


def shortest(span: Span) -> float:
    """Roughly how many days `span` is."""
    return span.n * _ROUGHLY[span.unit]


def _extension(table: Table, direction: str) -> ExtensionRule | None:
    if "extension" not in table.data:
        return None
    inner = table.table("extension")
    span = _span(inner, inner, "rules_length_and_unit")
    most = inner.integer("most", 1)
    by = inner.names("by", required=True)
    caps_moves, retroactive = bool(inner.flag("caps_moves")), bool(inner.flag("retroactive"))
    inner.close()
    if span is None:
        inner.find("rules_length", "length", value="–", most=LONGEST)
        return None
    if most < 1:
        inner.find("rules_most", "most", value=most)
    if direction == "backward":
        table.find("rules_extended_backward", "extension")
    return ExtensionRule(span, most, by, caps_moves, retroactive)


def _time(table: Table, key: str, default: str | None = None) -> time:
    clock = table.string(key, default)
    try:
        at = time.fromisoformat(clock)
    except ValueError:
        at = time(8)
        table.find("rules_time", key, value=clock)
    if at.tzinfo is not None:
        table.find("rules_time", key, value=clock)
    return at


def _ladder(table: Table) -> tuple[RungRule, ...]:
    rungs = tuple(_rung(one) for one in table.tables("ladder"))
    by_day = [rung.offset for rung in rungs if rung.hours is None]
    by_hour = [rung.hours for rung in rungs if rung.hours is not None]
    for places in (by_day, by_hour):
        if any(first >= second for first, second in pairwise(places)):
            table.find("rules_ladder_order", "ladder")
    if any(rung.every for rung in rungs[:-1]):
        table.find("rules_rung_every", "ladder")
    return rungs


def _rung(table: Table) -> RungRule:
    at = _time(table, "at", "08:00")
    to = table.names("to", required=True)
    if not to and "to" in table.data:
        table.find("config_empty", "to")
    hours = table.integer("hours", 0) if "hours" in table.data else None
    offset = table.integer("offset", None if hours is None else 0)
    if hours is not None and {"offset", "at"} & table.data.keys():
        table.find("rules_rung_twice", "hours")
    every = table.integer("every", 1) if "every" in table.data else 0
    # Before the end there is a next step; what lies after it is passed over by no deadline that begins late.
    if "every" in table.data and (not 1 <= every <= LONGEST or offset < 1):
        table.find("rules_rung_every", "every")
    rung = RungRule(offset=offset, at=at, to=to, template=table.string("template"), hours=hours, every=every)
    table.close()
    return rung


def read_calendar(table: Table) -> Calendar:
    """The calendar of a rule set; mistakes are recorded as in `read_rule`."""
    closing = table.table("closing")
    days = tuple(ClosingDay(on, closing.text(on)) for on in sorted(closing.data))
    for wrong in (day.on for day in days if not day.is_wellformed()):
        closing.find("calendar_closing_day", wrong, value=wrong, known=", ".join((*MOVABLE, BRIDGE_DAYS)))
    land = table.optional("land")
    options = {name: table.flag(name) for name in LOCAL_HOLIDAYS}
    recesses = tuple(_recess(one) for one in table.tables("recess"))
    if any(first.last >= second.first for first, second in pairwise(sorted(recesses))):
        table.find("rules_recess_overlap", "recess")
    kept_until = table.day("kept_until")
    table.close()
    sound = tuple(day for day in days if day.is_wellformed())
    try:
        return Calendar(land=land, closing=sound, recesses=tuple(sorted(recesses)), kept_until=kept_until, **options)
    except InvalidInputError as error:
        table.source.find(error.code, table.path, **error.params)
        return Calendar()


def read_late_bands(table: Table) -> tuple[int, ...]:
    """``[report]``: the last day of each band of lateness, growing."""
    given = table.raw("late_bands")
    table.close()
    if given is None:
        return LATE_BANDS
    days = given if isinstance(given, list) else []
    growing = all(type(day) is int and 0 < day <= LONGEST for day in days)
    if not days or not growing or any(first >= second for first, second in pairwise(days)):
        table.find("rules_late_bands", "late_bands")
        return LATE_BANDS
    return tuple(days)


def _recess(table: Table) -> Recess:
    first, last = table.day("first", required=True), table.day("last", required=True)
    label = table.text("label", Text("Ratsferien", "recess"))
    recess = Recess(first or date.min, last or date.max, label, table.flag("quiet") is not False)
    table.close()
    if recess.last < recess.first:
        table.find("rules_recess_period", "last")
    return recess
