"""A replay as people watch it: the timeline while it runs, then what it shows."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text as Rich

from .case_page import body_of, child_subject, lifecycle_of, short, show_cases, show_deadline
from .cli_audit import show_audit
from .cli_worklist import open_cases
from .console import Screen
from .demo import Names, Report, Stage, offset_of, telling_deadline
from .demo_folder import DemoFolder
from .scenario import Happened
from .wording import clean, say

#: Colour of each kind of line.
_STYLES = {"event": "green", "reminder": "yellow", "mail": "blue", "refused": "red", "note": "italic"}


@contextmanager
def timeline(screen: Screen, stage: Stage) -> Iterator[Callable[[Happened], None]]:
    """Tell each thing as it happens; on a terminal with a bar below that follows the scenario's time."""
    screen.line(stage.scenario.title.in_(screen.lang), style="bold")
    screen.say("demo_legend", style="dim")
    screen.line()
    names = Names(stage.workflow)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=screen.console, transient=True, disable=not screen.console.is_terminal) as progress:
        bar = progress.add_task("", total=1.0)

        def show(happened: Happened) -> None:
            day = screen.shown(happened.at.date())
            progress.update(bar, completed=offset_of(stage.scenario, happened.at), description=day)
            progress.console.print(_line(screen, stage, names, happened), soft_wrap=True)

        yield show


def _line(screen: Screen, stage: Stage, names: Names, happened: Happened) -> Rich:
    told = happened.kind in ("note", "event", "refused")
    mark = "●" if happened.documented else "○" if told else "·"
    line = Rich(f"{screen.shown(happened.at)}  {mark} ")
    line.append(f"{say(f'kind_{happened.kind}', screen.lang):<12}", style=_STYLES[happened.kind])
    text = clean(happened.text.in_(screen.lang))
    called = _called(screen, stage, names, happened.case_id) if happened.case_id and happened.kind != "mail" else ""
    if called:
        line.append(f"{clean(called)}: ", style="bold")
    return line.append(text)


def _called(screen: Screen, stage: Stage, names: Names, case_id: str) -> str:
    case = names.case(case_id)
    if case.parent_id is None:
        return names.number(case)
    kind = lifecycle_of(stage.workflow, case).label.in_(screen.lang)
    about = "" if lifecycle_of(stage.workflow, case).record == "paper" else child_subject(stage.workflow, case)
    if not about and names.is_one_of_several(case):
        about = body_of(stage.workflow, case)
    return f"{names.number(case)} {kind}" + (f" ({short(about, 40)})" if about else "")


def show_report(screen: Screen, stage: Stage, report: Report) -> None:
    """The explained due date, the open work list and the summary."""
    explained = telling_deadline(stage)
    if explained:
        case, clock = explained
        screen.heading("demo_trace", case=case.number or case.id)
        show_deadline(screen, lifecycle_of(stage.workflow, case), clock)
    screen.heading("demo_worklist", day=screen.shown(report.today))
    show_cases(screen, stage.workflow, open_cases(stage.workflow, stage.scenario.profile, None, 1000))
    screen.heading("demo_summary")
    screen.pairs(_summary(screen, report))
    show_audit(screen, report.audit, stage.workflow.directory.town(stage.scenario.profile).zone)


def show_files(screen: Screen, stage: Stage, folder: DemoFolder, papers: Sequence[Path]) -> None:
    """Where everything lies, the drafts and papers by name, and how to go on."""
    screen.line()
    screen.say("demo_where", database=stage.database, mails=folder.mails)
    if papers:
        screen.say("demo_papers", folder=folder.papers)
        for path in papers:
            screen.line(path.name, indent=2)
    first = next(iter(stage.replay.cases.values()), None)
    number = stage.workflow.case(first).case.number if first else None
    screen.say("demo_next", database=shlex.quote(stage.database), case=shlex.quote(number or first or "REF"))


def _summary(screen: Screen, report: Report) -> list[tuple[str, object]]:
    still_open = sum(one.closed_at is None for one in report.cases)
    sent = sum(one.status == "sent" for one in report.mails)
    dropped = sum(one.status == "cancelled" for one in report.mails)
    mails = say("sum_mails_value", screen.lang, sent=sent, count=len(report.mails) - dropped)
    mails += say("sum_mails_dropped", screen.lang, count=dropped) if dropped else ""
    clocks = ", ".join(
        f"{count} {say(f'clock_{status}', screen.lang)}"
        for status in ("met", "late", "overdue", "running", "paused", "cancelled")
        if (count := report.count(status))
    )
    return [
        (say("sum_cases", screen.lang), say("sum_cases_value", screen.lang, count=len(report.cases), open=still_open)),
        (say("sum_transitions", screen.lang), report.audit.lines),
        (say("sum_deadlines", screen.lang), clocks),
        (say("sum_mails", screen.lang), mails),
        (say("sum_elapsed", screen.lang), f"{report.elapsed_s:.1f} s"),
    ]
