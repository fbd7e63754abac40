"""The trace of counting: how a period ran from its first day to its last, in words, each line with its norm and day.

Only wording stands here; what is counted is decided in `counting`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ..config.calendars import Calendar
from ..config.rules import period
from ..config.text import Text
from .trace import WEEKDAYS, WEEKDAYS_EN, WRITTEN, TraceLine, english, german, numeric, short_english

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
ROLL_NORM = "§ 193 BGB"
EXTENSION_NORM = "§ 190 BGB"
RETROACTIVE_NORM = "§ 31 Abs. 7 Satz 2 VwVfG"
STOPPED_NORM = "§ 209 BGB"
FIXED_NORM = "§ 31 Abs. 5 VwVfG"


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
        return _end_backward(long, end, why, norm, full_days=how.full_days)
    verb = _VERBS[length == 1]
    return TraceLine(
        "end",
        f"{long.de} {verb.de} mit Ablauf des {WEEKDAYS[end.weekday()]}s, {numeric(end)}{why.de} ({norm}).",
        f"{long.en} {verb.en} at the close of {english(end)}{why.en} ({norm}).",
        norm,
        end,
    )


def _end_backward(long: Text, end: date, why: Text, norm: str, *, full_days: bool) -> TraceLine:
    full = (
        Text(" müssen voll dazwischen liegen:", " must lie fully between:")
        if full_days
        else Text(" davor:", " before:")
    )
    return TraceLine(
        "end",
        f"{long.de}{full.de} letzter Tag ist {german(end)}{why.de} (entsprechend {norm}).",
        f"{long.en}{full.en} the last day is {english(end)}{why.en} (by analogy with {norm}).",
        norm,
        end,
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
    listed = ", ".join(f"{numeric(first)}–{numeric(last)}" for first, last in stopped if last)
    listed_en = ", ".join(f"{short_english(first)} – {short_english(last)}" for first, last in stopped if last)
    return TraceLine(
        "stopped",
        f"Die Frist ruht, diese Tage zählen nicht mit: {listed}; letzter Tag ist {german(end)} (vgl. {STOPPED_NORM}).",
        f"The period rests, these days do not count: {listed_en}; the last day is {english(end)} (cf. {STOPPED_NORM}).",
        STOPPED_NORM,
        end,
    )


def standing_line(since: date) -> TraceLine:
    """The period stands still, so that nobody can say when it ends."""
    return TraceLine(
        "standing",
        f"Die Frist ruht seit {german(since)}; wann sie endet, steht erst fest, wenn sie weiterläuft.",
        f"The period has rested since {english(since)}; when it ends will be known when it runs again.",
        day=since,
    )


class Rolled(NamedTuple):
    """How an end moves to a Werktag: to the one before (`back`) or the next; and what is strange about that."""

    back: bool = False
    note: Text = _NOTHING


#: The day before is one before the event, since only the weekend or holidays lie between.
BEFORE_EVENT = Text("; das ist vor dem Ereignis", "; that is before the event")
#: It would be one before the event, since the period rested meanwhile.
NOT_BEFORE_EVENT = Text(
    "; der Werktag davor läge vor dem Ereignis, weil die Frist dazwischen ruht",
    "; the Werktag before would lie before the event, since the period rests in between",
)
#: Counted back, the next Werktag is no longer before the session.
NOT_BEFORE_SESSION = Text("; das ist nicht mehr vor der Sitzung", "; that is no longer before the session")


def roll_line(calendar: Calendar, days: Iterable[date], to: date, how: Rolled) -> TraceLine:
    """Why the end moves over `days` to the next Werktag, or the one before."""
    why, note = reasons(calendar, days), how.note
    if how.back:
        return TraceLine(
            "roll",
            f"{why.de}; nach dieser Regel ist der letzte Tag der Werktag davor, {german(to)}{note.de}.",
            f"{why.en}; under this rule the last day is the Werktag before, {english(to)}{note.en}.",
            day=to,
        )
    return TraceLine(
        "roll",
        f"{why.de}; die Frist endet am nächsten Werktag, {german(to)} ({ROLL_NORM}){note.de}.",
        f"{why.en}; the period ends on the next Werktag, {english(to)} ({ROLL_NORM}){note.en}.",
        ROLL_NORM,
        to,
    )


def unrolled_line(calendar: Calendar, end: date) -> TraceLine:
    """The rule does not move the end, whatever day it falls on."""
    why = reasons(calendar, [end])
    return TraceLine(
        "stay",
        f"{why.de}; nach dieser Regel verschiebt sich das Ende nicht.",
        f"{why.en}; under this rule the end does not move.",
        day=end,
    )


def closed_line(closed: Text, end: date) -> TraceLine:
    """The office is closed on the last day, but the day is no holiday."""
    return TraceLine(
        "stay",
        f"Am {german(end)} ist die Verwaltung geschlossen ({closed.de}); kein Feiertag, die Frist endet trotzdem.",
        f"On {english(end)} the administration is closed ({closed.en}); this is no public holiday, the period ends.",
        ROLL_NORM,
        end,
    )


def fixed_stay_line(calendar: Calendar, day: date) -> TraceLine:
    """A Termin holds on a weekend or holiday too."""
    why = reasons(calendar, [day])
    return TraceLine(
        "stay",
        f"{why.de}; ein bestimmter Tag verschiebt sich nicht (vgl. {FIXED_NORM}).",
        f"{why.en}; a fixed day does not move (cf. {FIXED_NORM}).",
        FIXED_NORM,
        day,
    )


def extension_line(length: int, unit: str, granted: date | None, former: date, *, late: bool) -> TraceLine:
    """So much is added, from the end of the former period, which was over by then if it is `late`.

    The day is that of the consent, where it is known.
    """
    long = period(length, unit)
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


def interim_line(length: int, unit: str, due: date) -> TraceLine:
    """Until when an interim reply is due."""
    long = period(length, unit)
    return TraceLine(
        "interim",
        f"Zwischennachricht ({long.de}): bis {german(due)}.",
        f"Interim reply ({long.en}): by {english(due)}.",
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


def reasons(calendar: Calendar, days: Iterable[date]) -> Text:
    """Why a period may not end on these days."""
    land = Text(calendar.land, calendar.land) if calendar.land else Text("bundesweit", "nationwide")
    parts = [_reason(calendar, day, land) for day in days]
    whole = Text(", ".join(part.de for part in parts), ", ".join(part.en for part in parts))
    return Text(whole.de[0].upper() + whole.de[1:], whole.en[0].upper() + whole.en[1:])


def _reason(calendar: Calendar, day: date, land: Text) -> Text:
    if holiday := calendar.holiday_text(day):
        return Text(
            f"{german(day)} ist Feiertag ({holiday.de}, {land.de})",
            f"{english(day)} is a public holiday ({holiday.en}, {land.en})",
        )
    if not calendar.may_end(day):
        return Text(
            f"der {numeric(day)} ist ein {WEEKDAYS[day.weekday()]}",
            f"{short_english(day)} is a {WEEKDAYS_EN[day.weekday()]}",
        )
    if closed := calendar.closed_text(day):
        return Text(
            f"am {numeric(day)} ist die Verwaltung geschlossen ({closed.de})",
            f"on {short_english(day)} the administration is closed ({closed.en})",
        )
    return Text(f"am {numeric(day)} ruht die Frist", f"on {short_english(day)} the period rests")
