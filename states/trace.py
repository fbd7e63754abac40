"""The trace of a deadline: the steps of its computation in words, German and English, each with its norm and day.

Only wording stands here; what is counted is decided in `deadlines`. Names of days come from small tables, because the
trace is frozen on the case and must not depend on the locale of the machine or the version of a library.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from ..config.calendars import Calendar
from ..config.rules import BASIS_LABELS, Rule
from ..config.text import Text

#: What a line is about. After `ENDINGS` the line's day is the end of the period, before any roll.
Step: TypeAlias = Literal["rule", "start", "end", "within", "skipped", "roll", "stay", "fixed", "moved", "pause"]
ENDINGS: frozenset[Step] = frozenset({"end", "fixed", "moved", "pause"})
#: The lines that say where a due day came from.
ORIGINS: frozenset[Step] = frozenset({"end", "fixed", "moved"})

START_NORM = "§ 187 Abs. 1 BGB"
END_NORMS: Mapping[str, str] = {
    "tage": "§ 188 Abs. 1 BGB",
    "arbeitstage": "§ 188 Abs. 1 BGB",
    "wochen": "§ 188 Abs. 2 BGB",
    "monate": "§ 188 Abs. 2 BGB",
    "jahre": "§ 188 Abs. 2 BGB",
}
LAST_OF_MONTH_NORM = "§ 188 Abs. 3 BGB"
ROLL_NORM = "§ 193 BGB"
FIXED_NORM = "§ 31 Abs. 5 VwVfG"

_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UNITS: Mapping[str, tuple[Text, Text]] = {
    "tage": (Text("Tag", "day"), Text("Tage", "days")),
    "arbeitstage": (Text("Arbeitstag", "working day"), Text("Arbeitstage", "working days")),
    "wochen": (Text("Woche", "week"), Text("Wochen", "weeks")),
    "monate": (Text("Monat", "month"), Text("Monate", "months")),
    "jahre": (Text("Jahr", "year"), Text("Jahre", "years")),
}


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One step of a computation, as frozen on the case."""

    step: Step
    de: str
    en: str
    norm: str = ""
    day: date | None = None

    @property
    def row(self) -> Mapping[str, Any]:
        """The line as it is stored."""
        day = self.day.isoformat() if self.day else None
        return {"step": self.step, "de": self.de, "en": self.en, "norm": self.norm, "day": day}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "TraceLine":
        """The line that was stored as `row`."""
        day = date.fromisoformat(row["day"]) if row["day"] else None
        return cls(row["step"], row["de"], row["en"], row["norm"], day)


def numeric(day: date) -> str:
    """22.12.2023."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def german(day: date) -> str:
    """Freitag, 22.12.2023."""
    return f"{_WEEKDAYS[day.weekday()]}, {numeric(day)}"


def english(day: date) -> str:
    """Friday, 22 December 2023."""
    return f"{_WEEKDAYS_EN[day.weekday()]}, {_english(day)}"


def period(length: int, unit: str) -> Text:
    """4 Wochen."""
    word = _UNITS[unit][length != 1]
    return Text(f"{length} {word.de}", f"{length} {word.en}")


def rule_line(rule: Rule) -> TraceLine:
    """Which rule is applied, and whether it binds anybody."""
    long = period(rule.length or 0, rule.unit)
    basis = BASIS_LABELS[rule.basis]
    source = Text(*(f"{word}: {norm}" if norm else word for word, norm in zip(basis, rule.norm, strict=True)))
    # The BGB counts the periods of statutes, courts and contracts (§ 186 BGB); others follow it by analogy.
    like = Text("nach", "under") if rule.basis == "gesetz" else Text("entsprechend", "by analogy with")
    return TraceLine(
        "rule",
        f"{rule.label.de}: {long.de} ({source.de}); gezählt {like.de} §§ 187 bis 193 BGB.",
        f"{rule.label.en}: {long.en} ({source.en}); counted {like.en} §§ 187 to 193 BGB.",
        rule.norm.de,
    )


def start_line(rule: Rule, day: date) -> TraceLine:
    """The day of the event does not count."""
    return TraceLine(
        "start",
        f"{rule.event.de} am {german(day)}; dieser Tag zählt nicht mit ({START_NORM}).",
        f"{rule.event.en} on {english(day)}; this day does not count ({START_NORM}).",
        START_NORM,
        day,
    )


def end_line(rule: Rule, end: date, *, shortened: bool = False) -> TraceLine:
    """Where the length ends, before any roll. `shortened`: the month has no such day."""
    long = period(rule.length or 0, rule.unit)
    norm = END_NORMS[rule.unit]
    german_verb, english_verb = ("endet", "ends") if rule.length == 1 else ("enden", "end")
    why = Text("", "")
    if shortened:
        norm = LAST_OF_MONTH_NORM
        why = Text("; den entsprechenden Tag hat der Monat nicht", "; the month has no such day")
    weekday = _WEEKDAYS[end.weekday()]
    return TraceLine(
        "end",
        f"{long.de} {german_verb} mit Ablauf des {weekday}s, {numeric(end)}{why.de} ({norm}).",
        f"{long.en} {english_verb} at the close of {english(end)}{why.en} ({norm}).",
        norm,
        end,
    )


def within_line(calendar: Calendar, days: Iterable[date]) -> TraceLine:
    """Holidays inside a period of calendar days count like other days."""
    listed = _named(calendar, days)
    return TraceLine(
        "within",
        f"Feiertage innerhalb der Frist zählen mit: {listed.de}; nur das Ende kann sich verschieben ({ROLL_NORM}).",
        f"Public holidays within the period count: {listed.en}; only the end can move ({ROLL_NORM}).",
        ROLL_NORM,
    )


def skipped_line(calendar: Calendar, days: Iterable[date]) -> TraceLine:
    """Days that are no working days, passed over in counting."""
    every = tuple(days)
    special = _named(calendar, every)
    weekend = [day for day in every if not _name(calendar, day)]
    saturdays = Text(f"Wochenende {', '.join(map(numeric, weekend))}", f"weekend {', '.join(map(_english, weekend))}")
    parts = [part for part in (special, saturdays if weekend else Text("", "")) if part.de]
    return TraceLine(
        "skipped",
        f"Keine Arbeitstage und nicht mitgezählt: {'; '.join(part.de for part in parts)}.",
        f"No working days and not counted: {'; '.join(part.en for part in parts)}.",
    )


def roll_line(calendar: Calendar, days: Iterable[date], to: date) -> TraceLine:
    """Why the end moves over `days` to the next Werktag."""
    why = _reasons(calendar, days)
    return TraceLine(
        "roll",
        f"{why.de}; die Frist endet am nächsten Werktag, {german(to)} ({ROLL_NORM}).",
        f"{why.en}; the period ends on the next Werktag, {english(to)} ({ROLL_NORM}).",
        ROLL_NORM,
        to,
    )


def unrolled_line(calendar: Calendar, end: date) -> TraceLine:
    """The rule does not move the end, whatever day it falls on."""
    why = _reasons(calendar, [end])
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


def fixed_line(rule: Rule, day: date) -> TraceLine:
    """A Termin."""
    source = Text(*(f" ({norm})" if norm else "" for norm in rule.norm))
    return TraceLine(
        "fixed",
        f"{rule.label.de}: {german(day)}{source.de}. Der Tag ist bestimmt, er wird nicht berechnet.",
        f"{rule.label.en}: {english(day)}{source.en}. The day is fixed, it is not computed.",
        rule.norm.de,
        day,
    )


def fixed_stay_line(calendar: Calendar, day: date) -> TraceLine:
    """A Termin holds on a weekend or holiday too."""
    why = _reasons(calendar, [day])
    return TraceLine(
        "stay",
        f"{why.de}; ein bestimmter Tag verschiebt sich nicht (vgl. {FIXED_NORM}).",
        f"{why.en}; a fixed day does not move (cf. {FIXED_NORM}).",
        FIXED_NORM,
        day,
    )


def moved_line(before: date, day: date, reason: Text) -> TraceLine:
    """Somebody set another day."""
    why = Text(*(f" ({word})" if word else "" for word in reason))
    return TraceLine(
        "moved",
        f"Neuer Termin {german(day)} statt {german(before)}{why.de}. Der Tag ist bestimmt, er wird nicht berechnet.",
        f"New day {english(day)} instead of {english(before)}{why.en}. The day is fixed, it is not computed.",
        day=day,
    )


def pause_line(days: tuple[date, date], added: Text, end: date) -> TraceLine:
    """The clock stood still from the first to the second day; so much is added at the end."""
    pause = _pause(days)
    return TraceLine(
        "pause",
        f"{pause.de}: Verlängerung um {added.de}, bis {german(end)}.",
        f"{pause.en}: extended by {added.en}, to {english(end)}.",
        day=end,
    )


def pause_without_effect_line(days: tuple[date, date], end: date, *, why: Text) -> TraceLine:
    """The clock stood still, and that changes nothing."""
    pause = _pause(days)
    return TraceLine("pause", f"{pause.de}: {why.de}.", f"{pause.en}: {why.en}.", day=end)


def _pause(days: tuple[date, date]) -> Text:
    since, until = days
    return Text(
        f"Angehalten am {german(since)}, fortgesetzt am {german(until)}",
        f"Paused on {english(since)}, resumed on {english(until)}",
    )


def _english(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def _name(calendar: Calendar, day: date) -> Text | None:
    return calendar.holiday_text(day) or calendar.closed_text(day)


def _named(calendar: Calendar, days: Iterable[date]) -> Text:
    """25.12.2023 (Erster Weihnachtstag), 26.12.2023 (…)."""
    named = [(day, name) for day in days if (name := _name(calendar, day))]
    return Text(
        ", ".join(f"{numeric(day)} ({name.de})" for day, name in named),
        ", ".join(f"{_english(day)} ({name.en})" for day, name in named),
    )


def _reasons(calendar: Calendar, days: Iterable[date]) -> Text:
    """Why a period may not end on these days."""
    land = Text(calendar.land, calendar.land) if calendar.land else Text("bundesweit", "nationwide")
    parts = [_reason(calendar, day, land) for day in days]
    whole = Text(", ".join(part.de for part in parts), ", ".join(part.en for part in parts))
    return Text(whole.de[0].upper() + whole.de[1:], whole.en)


def _reason(calendar: Calendar, day: date, land: Text) -> Text:
    if holiday := calendar.holiday_text(day):
        return Text(
            f"{german(day)} ist Feiertag ({holiday.de}, {land.de})",
            f"{english(day)} is a public holiday ({holiday.en}, {land.en})",
        )
    return Text(
        f"der {numeric(day)} ist ein {_WEEKDAYS[day.weekday()]}",
        f"{_english(day)} is a {_WEEKDAYS_EN[day.weekday()]}",
    )
