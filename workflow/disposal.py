"""Disposing of closed cases, step by step: due, offered to the archive, answered, anonymised or deleted.

Each step is an event of a case of its own below the closed one (lifecycle ``aussonderung``). A run that dies goes on
where it was: what has been done is told by the state of that case, and what is erased is erased in the transaction of
the event that says so.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session

from ..config.errors import ForbiddenError, InvalidInputError, Refusal, RefusedError, StoreError, VorgangError
from ..config.retention import months_later
from ..notifications.plain import file_name
from ..states.anonymising import private_in
from ..states.decide import ENGINE
from ..states.erasing import Erased, Erasure, erase, erase_person, tidy
from ..states.following import Reached
from ..states.retained import (
    DISPOSAL,
    DISPOSED,
    References,
    above,
    family,
    holds_of,
    lock_family,
    looked_at,
    named_in_logs,
    references,
)
from ..states.retention import Due, open_below
from ..states.step import Actor
from .case_package import write_package
from .joined import Joined
from .punctuality import known_of
from .retention import plan
from .workflow import Workflow

#: Told how many cases are done, of how many.
Tell = Callable[[int, int], None]
#: Who may dispose of cases.
ROLES = ("geschaeftsstelle", "aufsicht")
#: Steps of one run with one case; none needs as many.
_MOST = 5


class Done(NamedTuple):
    """What a run has done with one case."""

    case: str
    number: str | None
    kind: str
    rule: str
    disposal: str | None
    #: The events that happened, in order.
    steps: tuple[str, ...]
    #: What it waits for now; None: for nothing any more.
    waits: str | None
    erased: Erased | None
    package: str | None
    #: Why it could not go on.
    error: VorgangError | None


class Run(NamedTuple):
    """A run: by whom, and into which folder packages for the archive are written (None: nothing is offered)."""

    workflow: Workflow
    body: str
    actor: Actor
    folder: Path | None
    references: References
    looked_to: Reached


def dispose(
    workflow: Workflow, body: str, actor: Actor, *, folder: Path | None = None, tell: Tell = lambda _done, _of: None
) -> list[Done]:
    """Do whatever can be done today with the cases that are due; one that fails stops no other.

    Raises:
        ForbiddenError: `actor` may not.
        InvalidInputError: something is to be offered, and no folder was named.
        StoreError: the database cannot be used.
    """
    require_disposer(workflow, body, actor)
    due = [one for one in plan(workflow, body).due if one.next not in ("gesperrt", "offen")]
    if folder is None and any(one.offer and one.next in ("anlegen", "anbieten") for one in due):
        raise InvalidInputError("retention_no_folder")
    with workflow.database.reading() as connection:
        looked_to = looked_at(connection)
        run = Run(workflow, body, actor, folder, references(connection), looked_to)
    found = []
    for number, one in enumerate(due, 1):
        found.append(_gone_on(run, one))
        tell(number, len(due))
    if any(one.erased for one in found):
        workflow.directory.forget()
        tidy(workflow.database)
    _drop_packages(run)
    return found


def require_disposer(workflow: Workflow, body: str, actor: Actor) -> None:
    """That `actor` disposes of cases.

    Raises:
        ForbiddenError: they do not.
    """
    town = workflow.directory.town(body)
    if not {holder for role in ROLES for holder in town.holders(role, {})}.intersection(actor.parties):
        raise ForbiddenError("retention_forbidden", person=actor.key)


def _gone_on(run: Run, one: Due) -> Done:
    """Every step that is possible now with one case."""
    steps, erased, package, error = list[str](), None, None, None
    disposal = one.disposal
    try:
        for _ in range(_MOST):
            disposal = disposal or _begun(run, one, steps)
            state = run.workflow.case(disposal).case.state
            if state == "faellig" and one.offer:
                package = _offered(run, one, disposal, steps)
            elif state == "angeboten":
                if not run.workflow.tick(disposal) or run.workflow.case(disposal).case.state == "angeboten":
                    break
                steps.append("keine_antwort")
            elif state in ("faellig", "bewertet"):
                run.workflow.fire(disposal, "freigeben", actor=run.actor)
                steps.append("freigeben")
            elif state == "freigegeben":
                erased = _carried_out(run, one, disposal)
                steps.append(one.then)
            else:
                break
    except StoreError:
        raise
    except VorgangError as failed:
        error = failed
    waits = _waits(run.workflow, disposal)
    return Done(one.case, one.number, one.kind, one.rule, disposal, tuple(steps), waits, erased, package, error)


def _waits(workflow: Workflow, disposal: str | None) -> str | None:
    if disposal is None:
        return None
    case = workflow.case(disposal).case
    return case.state if case.closed_at is None else None


def _begun(run: Run, one: Due, steps: list[str]) -> str:
    data = {
        "art": one.kind,
        "regel": one.rule,
        "faellig_am": one.due_on.isoformat(),
        "anzubieten": one.offer,
        "antwortmonate": one.answer_months,
        "massnahme": one.then,
    }
    opened = run.workflow.open_case(DISPOSAL, body=run.body, actor=run.actor, data=data, parent_id=one.case)
    steps.append("anlegen")
    return opened.case.id


def _offered(run: Run, one: Due, disposal: str, steps: list[str]) -> str:
    if run.folder is None:
        raise InvalidInputError("retention_no_folder")
    path = run.folder / _package_name(one, disposal)
    digest = write_package(run.workflow, one.case, path, over=True)
    today = run.workflow.today(run.body)
    answer_by = months_later(today, one.answer_months)
    data = {"paket": digest, "antwort_bis": answer_by.isoformat()}
    run.workflow.fire(disposal, "anbieten", actor=run.actor, data=data)
    steps.append("anbieten")
    return str(path)


def _package_name(one: Due, disposal: str) -> str:
    return file_name(DISPOSAL, one.number, f"_{disposal}.zip")


def _carried_out(run: Run, one: Due, disposal: str) -> Erased:
    """Erase, and tell so in the log, in one transaction."""
    workflow, at = run.workflow, run.workflow.clock.now()
    town = workflow.directory.town(run.body)

    def work(session: Session, joined: Joined) -> Erased:
        connection = session.connection()
        line = above(connection, one.case)
        lock_family(connection, [*line, *(member.id for member in family(connection, one.case))])
        members = family(connection, one.case)
        if held := [*open_below(one.case, members), *holds_of(connection, line)]:
            raise RefusedError(Refusal("retention_held", {"case": one.case, "open": len(held)}))
        gone = [member for member in members if member.id != disposal and not _is_tombstone(member.state, member)]
        ids = [member.id for member in gone]
        private = private_in(
            [*named_in_logs(connection, ids), *(member.facts for member in gone)], [m.facts for m in gone], town
        )
        kinds = {(member.lifecycle, member.lifecycle_version) for member in gone}
        wanted = Erasure(
            body=run.body,
            members=gone,
            lifecycles={key: workflow.lifecycle(*key) for key in kinds},
            private=private,
            whole=one.then == "loeschen",
            at=at,
            references=run.references,
            looked_to=run.looked_to,
            known=known_of(workflow),
        )
        erased = erase(connection, wanted, told_by=disposal)
        for key in sorted(private.keys & town.citizens):
            erase_person(connection, run.body, key)
        data = dict(zip(("vorgaenge", "zeilen", "dateien"), erased, strict=True))
        by_engine = ENGINE._replace(on_behalf_of=run.actor.key)
        joined.fire(disposal, one.then, actor=by_engine, data={"ausgefuehrt": one.then, **data})
        return erased

    return workflow.together(work)


def _is_tombstone(state: str, member: Any) -> bool:
    return member.lifecycle == DISPOSAL and state in DISPOSED


def _drop_packages(run: Run) -> None:
    """The packages of what is disposed of go too: who was offered them has had the time to take them."""
    for path in _packages(run.folder):
        with suppress(VorgangError):
            case = run.workflow.case(path.stem.rpartition("_")[2]).case
            if case.lifecycle == DISPOSAL and case.state in DISPOSED:
                path.unlink(missing_ok=True)


def _packages(folder: Path | None) -> Sequence[Path]:
    return sorted(folder.glob(file_name(DISPOSAL, None, "_*.zip"))) if folder is not None and folder.is_dir() else ()
