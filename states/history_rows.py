"""From takeovers to rows, table by table; the same on both databases, which only differ in how they take many."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from .clock_records import NewClock
from .columns import instant_text
from .history import SettledClock, Takeover
from .history_tables import HistoryRunRow
from .ids import new_id
from .ledger import canonical
from .plans import next_step
from .records import Paper
from .statements import CASE, KEY, LINE, NEW_CLOCK, table_name
from .step import Step
from .tables import CaseRow, DeadlineRow, KeyRow, TransitionRow
from .writes import seal

Row: TypeAlias = tuple[Any, ...]

_PAPER = [
    *("id", "body", "paper_type", "reference", "canonical", "answer_reference", "answer_canonical", "name", "date"),
    *("public", "published_at", "follows_id", "created", "modified"),
]
#: The tables in the order in which their rows can be added, with the columns.
TABLES: dict[str, list[str]] = {
    table_name(Paper): _PAPER,
    table_name(CaseRow): [*CASE, "unattended", "changed_at"],
    table_name(TransitionRow): LINE,
    table_name(DeadlineRow): [*NEW_CLOCK, "settled_at"],
    table_name(KeyRow): KEY,
}


class RunMark(NamedTuple):
    """How far a file has been taken over, to be written together with its cases."""

    body: str
    sha256: str
    terms: str
    #: What it must have been before; somebody else is at it otherwise.
    before: int
    reached: int
    imported: int
    at: datetime
    finished: bool


class Batch(NamedTuple):
    """Cases to take over in one transaction: rows by table, in the order of `TABLES`, and how far that is."""

    rows: dict[str, list[Row]]
    mark: RunMark


@cache
def mark_statement(mark: str, prefix: str = "") -> str:
    """The statement that moves a mark on; `mark` is the driver's placeholder."""
    return (
        f"UPDATE {prefix}{table_name(HistoryRunRow)} SET reached = {mark}, imported = imported + {mark},"  # noqa: S608  # names are ours
        f" changed_at = {mark}, finished_at = {mark} WHERE body = {mark} AND sha256 = {mark} AND terms = {mark}"
        f" AND reached = {mark}"
    )


def mark_values(mark: RunMark) -> Row:
    """The parameters of `mark_statement`."""
    at = instant_text(mark.at)
    done = at if mark.finished else None
    return (mark.reached, mark.imported, at, done, mark.body, mark.sha256, mark.terms, mark.before)


def rows_of(takeovers: Iterable[Takeover], record: dict[str, str | None]) -> dict[str, list[Row]]:
    """The rows of many takeovers; `record` names the typed table of each kind."""
    papers: list[Row] = []
    cases: list[Row] = []
    lines: list[Row] = []
    clocks: list[Row] = []
    keys: list[Row] = []
    for taken in takeovers:
        step = taken.step
        case, at = step.case, instant_text(step.at)
        line, data_json, changes_json = seal(step, at)
        paper_id = new_id(case.opened_at) if record[case.lifecycle] == "paper" else None
        if paper_id:
            papers.append(_paper_row(step, paper_id, at))
        cases.append(_case_row(taken, (line.hash, paper_id, at)))
        lines.append((*line[:11], data_json, line.salt, changes_json, *line[14:]))
        clocks += [_settled_row(case.id, one) for one in taken.settled]
        clocks += [_running_row(step, clock) for clock in step.started]
        keys.append((taken.key, taken.digest, case.id, 1, at))
    return dict(zip(TABLES, (papers, cases, lines, clocks, keys), strict=True))


def _case_row(taken: Takeover, sealed: tuple[str, str | None, str]) -> Row:
    step, (line_hash, paper_id, at) = taken.step, sealed
    case = step.case
    return (
        case.id,
        case.body,
        case.lifecycle,
        case.lifecycle_version,
        step.target,
        1,
        1,
        line_hash,
        step.owner,
        step.due_on.isoformat() if step.due_on else None,
        step.public,
        None,
        None,
        0,
        0,
        step.outcome,
        paper_id,
        paper_id,
        canonical(step.facts),
        instant_text(case.opened_at),
        instant_text(taken.closed_at) if taken.closed_at else None,
        step.unattended,
        at,
    )


def _paper_row(step: Step, paper_id: str, at: str) -> Row:
    case, known = step.case, step.record.get
    return (
        paper_id,
        case.body,
        case.lifecycle,
        known("reference"),
        known("canonical"),
        known("answer_reference"),
        known("answer_canonical"),
        known("name"),
        known("date"),
        step.public,
        known("published_at"),
        known("follows_id"),
        at,
        at,
    )


def _settled_row(case_id: str, one: SettledClock) -> Row:
    clock, plan = one.clock, one.clock.plan
    return (
        one.id,
        case_id,
        clock.name,
        clock.occurrence,
        clock.rule,
        clock.ruleset,
        clock.ruleset_version,
        clock.basis,
        one.status,
        clock.started_on.isoformat(),
        plan.due_on.isoformat(),
        instant_text(plan.lapses_at),
        None,
        0,
        plan.ladder_json,
        plan.trace_json,
        instant_text(one.settled_at),
    )


def _running_row(step: Step, clock: NewClock) -> Row:
    plan = clock.plan
    return (
        new_id(step.at),
        step.case.id,
        clock.name,
        clock.occurrence,
        clock.rule,
        clock.ruleset,
        clock.ruleset_version,
        clock.basis,
        "running",
        clock.started_on.isoformat(),
        plan.due_on.isoformat(),
        instant_text(plan.lapses_at),
        next_step(plan.ladder, clock.told),
        clock.told,
        plan.ladder_json,
        plan.trace_json,
        None,
    )
