"""The trace of a deadline: the steps of its computation in words, German and English, each with its norm and day.

Only wording stands here, and in `trace_counting` that of counting; what is counted is decided in `deadlines` and
`counting`. Names of days come from small tables, because the
trace is frozen on the case and must not depend on the locale of the machine or the version of a library.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

from ..config.rules import BASIS_LABELS, Rule, period, period_by
from ..config.text import Text

#: What a line is about. After `ENDINGS` the line's day is the end of the period, before any roll.
Step: TypeAlias = Literal[
    "rule",
    "start",
    "before",
    "stage",
    "end",
    "within",
    "skipped",
    "stopped",
    "standing",
    "roll",
    "stay",
    "cutoff",
    "extension",
    "consent",
    "interim",
    "fixed",
    "moved",
    "pause",
    "session",
    "slip",
    "lost",
    "remark",
]
ENDINGS: frozenset[Step] = frozenset({"end", "stopped", "fixed", "moved", "pause"})
#: The lines that say what is late in a backward plan; "lost": so late that its session can no longer be reached.
SLIPS: frozenset[Step] = frozenset({"slip", "lost"})
#: The lines that say where a due day came from.
ORIGINS: frozenset[Step] = frozenset({"end", "fixed", "moved"})


WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class TraceLine(NamedTuple):
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


#: Days that are kept written out, each in four ways: those of forty years.
WRITTEN = 1 << 14


@lru_cache(maxsize=WRITTEN)
def numeric(day: date) -> str:
    """22.12.2023."""
    iso = day.isoformat()
    return f"{iso[8:]}.{iso[5:7]}.{iso[:4]}"


@lru_cache(maxsize=WRITTEN)
def german(day: date) -> str:
    """Freitag, 22.12.2023."""
    return f"{WEEKDAYS[day.weekday()]}, {numeric(day)}"


@lru_cache(maxsize=WRITTEN)
def english(day: date) -> str:
    """Friday, 22 December 2023."""
    return f"{WEEKDAYS_EN[day.weekday()]}, {short_english(day)}"


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


def before_line(rule: Rule, day: date) -> TraceLine:
    """A milestone between the session and the one that is being explained."""
    long = period_by(rule.length or 0, rule.unit)
    return TraceLine(
        "before",
        f"{rule.label.de} ({long.de} davor): {german(day)}.",
        f"{rule.label.en} ({long.en} before): {english(day)}.",
        rule.norm.de,
        day,
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


def moved_line(before: date, day: date, reason: Text) -> TraceLine:
    """Somebody set another day."""
    why = Text(*(f" ({word})" if word else "" for word in reason))
    return TraceLine(
        "moved",
        f"Neuer Termin {german(day)} statt {german(before)}{why.de}. Der Tag ist bestimmt, er wird nicht berechnet.",
        f"New day {english(day)} instead of {english(before)}{why.en}. The day is fixed, it is not computed.",
        day=day,
    )


def session_line(before: date, session: date, due_on: date) -> TraceLine:
    """The session was moved, and the milestone with it."""
    return TraceLine(
        "session",
        f"Die Sitzung ist vom {numeric(before)} auf {german(session)} verlegt; bis dahin galt der {numeric(due_on)}.",
        f"The session was moved from {short_english(before)} to {english(session)}; until then"
        f" it was {short_english(due_on)}.",
        day=session,
    )


def stage_line(days: int, last: date, day: date, *, late: bool) -> TraceLine:
    """A stage of a chain before the last: so many working days before that one's day. `late`: that day is over."""
    before, before_en = f"{_days(days).de} davor", f"{_days(days).en} before"
    if late:
        end = Text(
            f"müsste dieser Tag {before} liegen; früher als {german(day)} geht es nicht mehr.",
            f"this day should lie {before_en}; it cannot be earlier than {english(day)} any more.",
        )
    else:
        end = Text(f"liegt dieser Tag {before}: {german(day)}.", f"this day lies {before_en}: {english(day)}.")
    return TraceLine(
        "stage",
        f"Danach zeichnen noch andere mit, bis {german(last)}. Damit ihnen Zeit bleibt, {end.de}",
        f"Others co-sign after this, until {english(last)}. To leave them time, {end.en}",
        day=day,
    )


class Ahead(NamedTuple):
    """What follows a child: the day on which it must be done, the working days it takes, and what that leaves."""

    above: date
    days: int
    #: The last day that leaves enough time; it may be over.
    wanted: date
    #: The same, but not before today.
    latest: date


def ahead_line(ahead: Ahead, counted: date) -> TraceLine:
    """What waits for this case has a day of its own and needs some time before it; `counted`: the end of the period."""
    day = min(ahead.latest, counted)
    if ahead.wanted < ahead.latest:
        end = Text(
            f"Dafür hätte hier schon {german(ahead.wanted)} der letzte Tag sein müssen; früher als {german(day)}"
            " geht es nicht mehr.",
            f"For that the last day here should have been {english(ahead.wanted)}; it cannot be earlier than"
            f" {english(day)} any more.",
        )
    elif ahead.latest < counted:
        end = Text(
            f"Darum ist der letzte Tag hier schon {german(day)}.",
            f"Therefore the last day here is already {english(day)}.",
        )
    else:
        end = Text(
            f"Dafür reicht es ohnehin; der letzte Tag ist weiterhin {german(day)}.",
            f"There is time enough anyway; the last day is still {english(day)}.",
        )
    need = _need(ahead)
    return TraceLine("stage", f"{need.de} {end.de}", f"{need.en} {end.en}", day=day)


def _need(ahead: Ahead) -> Text:
    """What must be done by the day above."""
    if ahead.days == 0:
        return Text(f"Darauf wird am {german(ahead.above)} gewartet.", f"It is waited for on {english(ahead.above)}.")
    return Text(
        f"Was danach noch zu tun ist, braucht {_days(ahead.days).de} und muss bis {german(ahead.above)} fertig sein.",
        f"What is still to be done afterwards takes {_days(ahead.days).en} and must be finished by"
        f" {english(ahead.above)}.",
    )


def _days(number: int) -> Text:
    """So many working days, in words."""
    return Text(f"{number} Arbeitstag{'e' * (number != 1)}", f"{number} working day{'s' * (number != 1)}")


def consent_line(name: str, reason: str | None, granted: date) -> TraceLine:
    """Who agreed to an extension, and why it was granted."""
    why = f" {' '.join(reason.split())}" if reason else ""
    return TraceLine(
        "consent",
        f"Zugestimmt hat: {name}.{' Grund:' if why else ''}{why}",
        f"Agreed to by: {name}.{' Reason:' if why else ''}{why}",
        day=granted,
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


@lru_cache(maxsize=WRITTEN)
def short_english(day: date) -> str:
    """22 December 2023."""
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
