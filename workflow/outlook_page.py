"""What happens by itself, as people see it on the command line; and how far a simulation has come."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text as Rich

from ..config.text import Lang
from .case_page import short
from .console import Screen, day_text
from .outlook import Happening, Outlook
from .outlook_words import sentence
from .rehearsal import Passed
from .simulate import Watch
from .wording import clean, say

#: Sign and colour of each kind.
_SIGNS = {
    "act": ("●", "green"),
    "mail": ("·", "blue"),
    "undeliverable": ("!", "red"),
    "reminder": ("○", "yellow"),
    "escalation": ("▲", "bold red"),
    "lapse": ("✖", "bold red"),
    "event": ("·", "green"),
    "opened": ("·", "green"),
    "failure": ("!", "bold red"),
}
#: Rows of the tables after the list.
_ROWS = 15


def show_outlook(screen: Screen, outlook: Outlook, places: Mapping[str, Path | None], *, shown: int) -> None:
    """Heading, the first `shown` happenings by week, what is overdue, who gets mail, totals, and where things lie."""
    until, lang = outlook.until, screen.lang
    screen.heading("sim_title", until=screen.shown(until), now=screen.shown(outlook.now))
    screen.say("sim_scenario" if outlook.played else "sim_source", source=outlook.source, style="dim")
    if shown:
        _show_weeks(screen, outlook, shown)
    screen.heading("sim_overdue", until=screen.shown(until))
    late = [_late_row(outlook, lang, number) for number in range(min(len(outlook.overdue()), _ROWS))]
    _table(screen, ("number", "kind", "subject", "deadline", "due", "days", "owner"), late, len(outlook.overdue()))
    parties = [
        [f"{party.name} ({party.key})", counts.get("mail", 0), counts.get("escalation", 0)]
        for party, counts in outlook.by_party()
    ]
    screen.heading("sim_parties_after" if outlook.played else "sim_parties")
    _table(screen, ("party", "mails", "escalations"), parties[:_ROWS], len(parties))
    _show_cases(screen, outlook)
    screen.heading("sim_summary")
    screen.pairs(_summary(outlook, lang))
    for kind, path in places.items():
        if path is not None:
            screen.say(f"sim_{kind}", path=path)


def _show_weeks(screen: Screen, outlook: Outlook, shown: int) -> None:
    every = outlook.ahead()
    for (_, week), group in groupby(every[:shown], key=lambda one: one.at.isocalendar()[:2]):
        happenings = list(group)
        day = happenings[0].at.date()
        monday = day - timedelta(days=day.weekday())
        bounds = {"first": screen.shown(monday), "last": screen.shown(monday + timedelta(days=6))}
        screen.heading("sim_week", week=f"{week:02}", **bounds)
        for one in happenings:
            screen.console.print(_line(screen, outlook, one), soft_wrap=True)
    if not every:
        screen.line()
        screen.say("sim_nothing")
    if len(every) > shown:
        screen.say("sim_more", count=len(every) - shown, all=len(every), style="dim")


def _line(screen: Screen, outlook: Outlook, one: Happening) -> Rich:
    sign, style = _SIGNS[one.kind]
    line = Rich(f"{screen.shown(one.at)}  {sign} ")
    line.append(f"{say(f'hap_{one.kind}', screen.lang):<13}", style=style)
    case = outlook.cases[one.case]
    line.append(f"{clean(short(case.name().in_(screen.lang), 40))}: ", style="bold")
    return line.append(clean(" ".join(sentence(outlook, one, screen.lang).split())))


def _late_row(outlook: Outlook, lang: Lang, number: int) -> list[object]:
    clock = outlook.overdue()[number]
    case = outlook.cases[clock.case]
    days = (outlook.until - clock.due_on).days
    owner = case.owner.name if case.owner else None
    label = clock.label.in_(lang)
    return [case.number, case.kind.in_(lang), short(case.subject, 50), label, clock.due_on, days, owner]


def _show_cases(screen: Screen, outlook: Outlook) -> None:
    counted = outlook.by_case()
    screen.heading("sim_cases")
    rows = [
        [
            case.number,
            case.kind.in_(screen.lang),
            short(case.subject, 50),
            *(counts.get(kind, 0) for kind in ("mail", "reminder", "escalation", "lapse")),
        ]
        for case, counts in counted[:_ROWS]
    ]
    titles = ("number", "kind", "subject", "mails", "reminders", "escalations", "lapses")
    _table(screen, titles, rows, len(counted))


def _table(screen: Screen, titles: tuple[str, ...], rows: Sequence[Sequence[object]], every: int) -> None:
    screen.rows(titles, rows)
    if every > len(rows):
        screen.say("sim_rows_more", count=every - len(rows), style="dim")


def _summary(outlook: Outlook, lang: Lang) -> list[tuple[str, object]]:
    before, after = outlook.open_before, outlook.open_after
    key = "sim_open_after" if outlook.played else "sim_open_value"
    totals = [(say(f"haps_{kind}", lang), count) for kind, count in outlook.totals().items() if count]
    waiting = [(say(f"sim_{kind}", lang), count or None) for kind, count in _waiting(outlook)]
    return [
        (say("sim_open", lang), say(key, lang, before=before, after=after)),
        *totals,
        (say("sim_late", lang), len(outlook.overdue())),
        *waiting,
        (say("sum_elapsed", lang), f"{outlook.elapsed_s:.1f} s" if outlook.elapsed_s else None),
    ]


def _waiting(outlook: Outlook) -> list[tuple[str, int]]:
    return [("held", outlook.held), ("dead", outlook.dead)]


@contextmanager
def progress(lang: Lang, now: datetime, until: date, *, shown: bool) -> Iterator[Watch]:
    """Bars on standard error while a copy is made and time passes; none in a pipe, and none unless `shown`."""
    console = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    whole = max((until - now.date()).days + 1, 1)
    disable = not (shown and console.is_terminal)
    with Progress(*columns, console=console, transient=True, disable=disable) as bars:
        bar = bars.add_task(say("sim_copying", lang), total=None)

        def copying(done: int, every: int | None) -> None:
            bars.update(bar, completed=done, total=every)

        def passing(passed: Passed) -> None:
            text = say("sim_passing", lang, day=day_text(passed.at.date(), lang), count=passed.happened)
            bars.update(bar, completed=(passed.at.date() - now.date()).days, total=whole, description=text)

        yield Watch(copying, passing)
