"""``vorgang calendar``: which days count, where."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from .cli_call import Call, command
from .cli_root import group

if TYPE_CHECKING:
    from ..config.calendars import Calendar
    from ..config.rules import RuleSet
    from ..config.text import Text
    from .console import Screen

calendar = group("calendar")


@command(calendar, "show")
def show_calendar(
    call: Call,
    year: Annotated[int, typer.Argument(metavar="YEAR")],
    *,
    rules: Annotated[str | None, typer.Option("--rules", metavar="NAME")] = None,
    land: Annotated[str | None, typer.Option("--land", metavar="LAND")] = None,
    local: Annotated[list[str] | None, typer.Option("--option", metavar="NAME")] = None,
) -> None:
    """The public holidays, closing days and recesses of a year, by a rule set, a Land or the municipality named."""
    from ..config.calendars import local_options  # noqa: PLC0415  # the calendar takes a tenth of a second to import
    from ..config.clock import SystemClock  # noqa: PLC0415  # as above
    from ..config.public_holidays import require_year  # noqa: PLC0415  # as above
    from ..config.rule_files import load_rules  # noqa: PLC0415  # as above
    from .doctor import ends_soon  # noqa: PLC0415  # as above

    require_year(year)
    call.refuse("person")
    if rules or land:
        call.refuse("body")
    if not (rules or land) and {"database", "body"} & call.typed:
        used = _rules_in_use(call, year)
    else:
        used = load_rules(call.settings.rules).for_(rules or "neutral", date(year, 12, 31), land=land)
    meant = replace(used.calendar, **local_options(local or (), used.calendar.land))
    shown = _Shown(call, meant, year, used.id, ends_soon(meant, SystemClock().now().date()))
    call.tell(shown.document(), shown.on)


class _Shown(NamedTuple):
    """The answer of a call: the calendar of a year, by which rule set, and when it ends if that is soon."""

    call: Call
    calendar: "Calendar"
    year: int
    rules: str
    ends: date | None

    def document(self) -> dict[str, object]:
        """As JSON."""
        days = special_days(self.calendar, self.year)
        return {
            "year": self.year,
            "land": self.calendar.land,
            "days": [{"from": first, "until": last, "kind": kind, "label": label} for first, last, kind, label in days],
            "open_options": self.calendar.open_options,
            "ends_soon": self.ends,
        }

    def on(self, screen: "Screen") -> None:
        """For people."""
        from ..states.trace import WEEKDAYS, WEEKDAYS_EN  # noqa: PLC0415  # the calendar takes a tenth of a second
        from .console import day_text  # noqa: PLC0415  # Rich takes a tenth of a second to import

        call, meant, days = self.call, self.calendar, special_days(self.calendar, self.year)
        weekdays = WEEKDAYS_EN if call.lang == "en" else WEEKDAYS
        words = {kind: call.say(f"day_{kind}") for kind in ("holiday", "closed", "recess")}
        rows = (
            [first, weekdays[first.weekday()], last, words[kind], name.in_(call.lang)]
            for first, last, kind, name in days
        )
        screen.rows(("from", "weekday", "until", "kind", "label"), rows)
        working = sum(meant.is_working_day(day) for day in _days_of(self.year))
        screen.say("calendar_working_days", year=self.year, count=working, land=meant.land or call.say("nationwide"))
        if any(kind == "closed" for _, _, kind, _ in days):
            screen.say("calendar_closed", rules=self.rules)
        if meant.open_options:
            screen.say("calendar_local", land=meant.land, options=", ".join(meant.open_options))
        if self.ends:
            screen.say("calendar_ends", style="yellow", day=day_text(self.ends, call.lang))


def _rules_in_use(call: Call, year: int) -> "RuleSet":
    with call.workflow() as workflow:
        return workflow.directory.town(call.body_in(workflow)).rules_on(date(year, 12, 31))


def special_days(meant: "Calendar", year: int) -> "list[tuple[date, date, str, Text]]":
    """The holidays, closing days and recesses of a year: first and last day, kind, name; in order."""
    found = [
        (one.first, one.last, "recess", one.label) for one in meant.recesses if year in {one.first.year, one.last.year}
    ]
    for day in _days_of(year):
        if holiday := meant.holiday_text(day):
            found.append((day, day, "holiday", holiday))
        elif closed := meant.closed_text(day):
            found.append((day, day, "closed", closed))
    return sorted(found)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
