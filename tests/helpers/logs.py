"""Cases with a log, written through the store as the engine does, without a lifecycle."""

from datetime import UTC, date, datetime, timedelta

from vorgang.states.database import Database
from vorgang.states.step import Actor, Case, Facts, Step
from vorgang.states.writes import prepare

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CLERK = Actor("person", "erika.muster", on_behalf_of="otto.normal")
#: The states that `moved` goes through.
STATES = ("in_pruefung", "in_bearbeitung", "zur_freigabe")


def step_of(case: Case, event: str, target: str, *, data: Facts | None = None) -> Step:
    """A step as an event of a clerk would decide it, one hour after the line before."""
    return Step(
        case=case,
        event=event,
        target=target,
        role="geschaeftsstelle",
        actor=CLERK,
        at=START + timedelta(hours=case.log_seq),
        data=data or {"bemerkung": "Größe geprüft", "seiten": 3},
        facts={"seiten": 3},
        owner="amt_10",
        due_on=date(2026, 4, 1),
        unattended=False,
        closed=False,
        outcome=None,
        public=True,
        reason="auf Bitte des Fachamts",
    )


def apply(database: Database, step: Step) -> Case:
    """Write a step in a transaction of its own; the case after it."""
    write = prepare(step, record=None)
    assert database.store.run(lambda transaction: transaction.apply([write]))
    return write.case


def opened(database: Database) -> Case:
    """A new case with one line."""
    return apply(database, step_of(unopened(), "eingang", "eingegangen"))


def moved(database: Database, case: Case, times: int = 1) -> Case:
    """The case after some more lines."""
    for _ in range(times):
        case = apply(database, step_of(case, "weiter", STATES[case.log_seq % len(STATES)]))
    return case


def logged(database: Database, lines: int = 4) -> Case:
    """A case with so many lines."""
    return moved(database, opened(database), lines - 1)


def unopened() -> Case:
    """A case before its first event."""
    return Case.unopened(("anfrage", 1), "musterstadt", START)
