"""The trace of counting: how a period ran from its first day to its last, in words, each line with its norm and day.

Only wording stands here; what is counted is decided in `counting`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from ..config.calendars import Calendar
from ..config.rules import period, period_by
from ..config.text import Text
from .trace import WEEKDAYS, WRITTEN, TraceLine, english, german, numeric, short_english
from .trace_hours import instant_text
from .trace_rolls import ROLL_NORM

START_NORM = "§ 187 Abs. 1 BGB"
INCLUSIVE_NORM = "§ 187 Abs. 2 BGB"
END_NORMS: Mapping[str, str] = {
    "kalendertage": "§ 188 Abs. 1 BGB",
    "werktage": "§ 188 Abs. 1 BGB",
    "arbeitstage": "§ 188 Abs. 1 BGB",
    "wochen": "§ 188 Abs. 2 BGB",
    "monate": "§ 188 Abs. 2 BGB",
    "jahre": "§ 188 Abs. 2 BGB",
    "halbmonate": "§ 189 Abs. 1 BGB",
    "quartale": "§ 189 Abs. 1 BGB",
    "halbjahre": "§ 189 Abs. 1 BGB",
}
LAST_OF_MONTH_NORM = "§ 188 Abs. 3 BGB"
EXTENSION_NORM = "§ 190 BGB"
RETROACTIVE_NORM = "§ 31 Abs. 7 Satz 2 VwVfG"
STOPPED_NORM = "§ 209 BGB"


class How(NamedTuple):
    """What is special about an end: counted back, over full days, or in a month that has no such day."""

    backward: bool = False
    full_days: bool = False
    shortened: bool = False


# §§ 187 ff. BGB count forward; backward they hold by analogy.
_LIKE = {True: Text("entsprechend ", "by analogy with "), False: Text("", "")}
_FIRST_DAY = {
    True: Text("dieser Tag zählt mit", "this day counts"),
    False: Text("dieser Tag zählt nicht mit", "this day does not count"),
}


@lru_cache(maxsize=WRITTEN)
def start_line(event: Text, day: date, *, inclusive: bool = False, backward: bool = False) -> TraceLine:
    """Whether the day from which is counted counts itself."""
    norm = INCLUSIVE_NORM if inclusive else START_NORM
    like, counts = _LIKE[backward], _FIRST_DAY[inclusive]
    return TraceLine(
        "start",
        f"{event.de} am {german(day)}; {counts.de} ({like.de}{norm}).",
        f"{event.en} on {english(day)}; {counts.en} ({like.en}{norm}).",
        norm,
        day,
    )


_NOTHING = Text("", "")
#: What the stage of a period is called that is due before it ends.
INTERIM = Text("Zwischennachricht", "Interim reply")
_FORWARD = How()
_VERBS = {True: Text("endet", "ends"), False: Text("enden", "end")}
_WHY = {
    True: Text("; den entsprechenden Tag hat der Monat nicht", "; the month has no such day"),
    False: Text("", ""),
}


def end_line(length: int, unit: str, end: date, how: How = _FORWARD) -> TraceLine:
    """Where the length ends, before any roll."""
    long = period(length, unit)
    norm, why = LAST_OF_MONTH_NORM if how.shortened else END_NORMS[unit], _WHY[how.shortened]
    if how.backward:
        return _end_backward(_before(length, unit, full_days=how.full_days), end, why, norm)
    verb = _VERBS[length == 1]
    return TraceLine(
        "end",
        f"{long.de} {verb.de} mit Ablauf des {WEEKDAYS[end.weekday()]}s, {numeric(end)}{why.de} ({norm}).",
        f"{long.en} {verb.en} at the close of {english(end)}{why.en} ({norm}).",
        norm,
        end,
    )


def _before(length: int, unit: str, *, full_days: bool) -> Text:
    """10 Arbeitstage davor."""
    if not full_days:
        back = period_by(length, unit)
        return Text(f"{back.de} davor", f"{back.en} before")
    long, must = period(length, unit), "muss" if length == 1 else "müssen"
    return Text(f"{long.de} {must} voll dazwischen liegen", f"{long.en} must lie fully between")


def _end_backward(before: Text, end: date, why: Text, norm: str) -> TraceLine:
    return TraceLine(
        "end",
        f"{before.de}: letzter Tag ist {german(end)}{why.de} (entsprechend {norm}).",
        f"{before.en}: the last day is {english(end)}{why.en} (by analogy with {norm}).",
        norm,
        end,
    )


def full_days_unused_line(end: date | None) -> TraceLine:
    """That full days were asked for where they change nothing."""
    return TraceLine(
        "remark",
        "„full_days“ ändert hier nichts: Es gilt nur für Tage, die von einer Sitzung zurückgerechnet werden; vorwärts"
        " endet die Frist ohnehin erst, wenn ihr letzter Tag voll vorüber ist.",
        "“full_days” changes nothing here: it is for days counted back from a session; forward, a period ends in any"
        " case only when its last day is fully over.",
        day=end,
    )


#: Holidays named in one line; those of years on end help nobody.
_MOST_NAMED = 15


def within_line(holidays: Sequence[tuple[date, Text]], *, may_move: bool = True) -> TraceLine:
    """Holidays inside a period of calendar days count like other days. `may_move`: the end may, by § 193 BGB."""
    count = len(holidays)
    many = count > _MOST_NAMED
    listed = Text(f"{count} Tage", f"{count} days") if many else _listed([_with_name(*one) for one in holidays])
    if not may_move:
        return TraceLine(
            "within",
            f"Feiertage innerhalb der Frist zählen mit: {listed.de}.",
            f"Public holidays within the period count: {listed.en}.",
        )
    return TraceLine(
        "within",
        f"Feiertage innerhalb der Frist zählen mit: {listed.de}; nur das Ende kann sich verschieben ({ROLL_NORM}).",
        f"Public holidays within the period count: {listed.en}; only the end can move ({ROLL_NORM}).",
        ROLL_NORM,
    )


_SKIPPED: Mapping[str, tuple[Text, Text]] = {
    "arbeitstage": (Text("Keine Arbeitstage", "No working days"), Text("Wochenende", "weekend")),
    "werktage": (Text("Keine Werktage", "No Werktage"), Text("Sonntag", "Sunday")),
}


def skipped_line(calendar: Calendar, days: Iterable[date], unit: str = "arbeitstage") -> TraceLine:
    """Days that are no Arbeitstage (Werktage), passed over in counting."""
    what, which = _SKIPPED[unit]
    named, others = _sorted_out(calendar, days)
    special = _listed(named)
    rest = Text(f"{which.de} {', '.join(map(numeric, others))}", f"{which.en} {', '.join(map(short_english, others))}")
    parts = [special] * bool(named) + [rest] * bool(others)
    return TraceLine(
        "skipped",
        f"{what.de} und nicht mitgezählt: {'; '.join(part.de for part in parts)}.",
        f"{what.en} and not counted: {'; '.join(part.en for part in parts)}.",
    )


def stopped_line(stopped: Sequence[tuple[date, date | None]], end: date) -> TraceLine:
    """The period did not run on these days, so it ends later (counted back: earlier)."""
    listed = _listed([_from_to(first, last) for first, last in stopped if last])
    return TraceLine(
        "stopped",
        f"Die Frist ruht, {_THESE[_is_day(stopped)].de}: {listed.de};"
        f" letzter Tag ist {german(end)} (vgl. {STOPPED_NORM}).",
        f"The period rests, {_THESE[_is_day(stopped)].en}: {listed.en};"
        f" the last day is {english(end)} (cf. {STOPPED_NORM}).",
        STOPPED_NORM,
        end,
    )


#: Whether it is one day alone.
_THESE = {
    True: Text("dieser Tag zählt nicht mit", "this day does not count"),
    False: Text("diese Tage zählen nicht mit", "these days do not count"),
}


def _is_day(stopped: Sequence[tuple[date, date | None]]) -> bool:
    return len(stopped) == 1 and stopped[0][0] == stopped[0][1]


def _from_to(first: date, last: date) -> Text:
    if first == last:
        return Text(numeric(first), short_english(first))
    return Text(f"{numeric(first)}–{numeric(last)}", f"{short_english(first)} – {short_english(last)}")


def standing_line(since: date) -> TraceLine:
    """The period stands still, so that nobody can say when it ends."""
    return TraceLine(
        "standing",
        f"Die Frist ruht seit {german(since)}; wann sie endet, steht erst fest, wenn sie weiterläuft.",
        f"The period has rested since {english(since)}; when it ends will be known when it runs again.",
        day=since,
    )


def extension_line(length: int, unit: str, granted: date | None, former: date, *, late: bool) -> TraceLine:
    """So much is added, from the end of the former period, which was over by then if it is `late`.

    The day is that of the consent, where it is known.
    """
    long = period_by(length, unit)
    agreed = (
        Text(f" (bewilligt am {numeric(granted)})", f" (granted on {short_english(granted)})") if granted else _NOTHING
    )
    verb = Text("Rückwirkend verlängert", "Extended retroactively") if late else Text("Verlängert", "Extended")
    norm = f"{EXTENSION_NORM}, {RETROACTIVE_NORM}" if late else EXTENSION_NORM
    return TraceLine(
        "extension",
        f"{verb.de} um {long.de}{agreed.de}, gerechnet vom bisherigen Ende an, {german(former)} ({norm}).",
        f"{verb.en} by {long.en}{agreed.en}, counted from the former end, {english(former)} ({norm}).",
        norm,
        granted or former,
    )


def not_granted_line(length: int, unit: str) -> TraceLine:
    """An extension that nobody has agreed to."""
    long = period_by(length, unit)
    return TraceLine(
        "extension",
        f"Eine Verlängerung um {long.de} ist nicht bewilligt und zählt nicht.",
        f"An extension by {long.en} has not been granted and does not count.",
    )


def interim_step(line: TraceLine) -> TraceLine:
    """A step of counting the interim reply."""
    return TraceLine("interim", f"{INTERIM.de}: {line.de}", f"{INTERIM.en}: {line.en}", line.norm, line.day)


def interim_line(length: int, unit: str, due: date, at: datetime | None) -> TraceLine:
    """Until when an interim reply is due; `at`: of hours, the instant."""
    long, until = period(length, unit), instant_text(at) if at else Text(german(due), english(due))
    return TraceLine(
        "interim",
        f"{INTERIM.de} ({long.de}): bis {until.de}.",
        f"{INTERIM.en} ({long.en}): by {until.en}.",
        day=due,
    )


def interim_late_line(interim: date, due: date) -> TraceLine:
    """That an interim reply would come too late to be one: somebody should look at its length."""
    return TraceLine(
        "interim",
        f"Achtung: {german(interim)} liegt nach dem Ende der Frist ({german(due)}), also zu spät.",
        f"Note: {english(interim)} is after the end of the period ({english(due)}), so too late.",
        day=interim,
    )


def _sorted_out(calendar: Calendar, days: Iterable[date]) -> tuple[list[Text], list[date]]:
    """The days that have a name, with it, and those that have none."""
    named, others = [], []
    closing = bool(calendar.closing)
    for day in days:
        name = calendar.holiday_text(day) or (calendar.closed_text(day) if closing else None)
        if name:
            named.append(_with_name(day, name))
        else:
            others.append(day)
    return named, others


def _listed(texts: Sequence[Text]) -> Text:
    return Text(", ".join([text.de for text in texts]), ", ".join([text.en for text in texts]))


@lru_cache(maxsize=4096)
def _with_name(day: date, name: Text) -> Text:
    return Text(f"{numeric(day)} ({name.de})", f"{short_english(day)} ({name.en})")
