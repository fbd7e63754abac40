"""Vorgang inside a program of your own: ``python examples/embedding.py``.

The host keeps a table of its own beside Vorgang's, in the same SQLite file, and writes to it in the same transaction.
"""

import sys
import tempfile
from pathlib import Path

from sqlmodel import Field, Session, SQLModel, create_engine, select

from vorgang.config.errors import ConflictError, RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.setup import HookContext, Setup
from vorgang.workflow.workflow import Workflow


class FileNote(SQLModel, table=True):
    """A table of the host: what its own filing system knows about a case."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: str
    text: str


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def open_inquiry(workflow: Workflow) -> str:
    """Register an inquiry; repeating the call with the same key opens no second one."""
    data = {
        "betreff": "Beleuchtung am Hengsteysee",
        "schreiben_vom": "2026-03-02",
        "eingang": "2026-03-04",
        "fragesteller": "severcan",
        "fragen": ["Wann werden die Laternen am Uferweg erneuert?"],
    }
    office = workflow.actor("hagen", "randt")
    first = workflow.open_case("anfrage", body="hagen", actor=office, data=data, key="import-4711")
    again = workflow.open_case("anfrage", body="hagen", actor=office, data=data, key="import-4711")
    say(f"opened: {first.case.state}, lies with {first.case.owner}; again: replayed={again.replayed}")
    return first.case.id


def act(workflow: Workflow, case_id: str) -> None:
    """Fire events, be refused with an explanation, and lose a race."""
    office = workflow.actor("hagen", "randt")
    seen = workflow.fire(case_id, "zulassen", actor=office).case.version
    workflow.fire(case_id, "zuweisen", actor=office, data={"federfuehrung": "amt01"}, expected_version=seen)
    try:
        workflow.fire(case_id, "annehmen", actor=office)
    except RefusedError as refused:
        say(f"refused [{refused.code}]: {refused.text('en')}")
    try:
        workflow.fire(case_id, "zuweisen", actor=office, data={"federfuehrung": "amt41"}, expected_version=seen)
    except ConflictError as conflict:
        say(f"conflict [{conflict.code}]: {conflict.text('en')}")


def act_within_the_host(workflow: Workflow, session: Session, case_id: str) -> None:
    """The host's row and Vorgang's rows: one transaction, which the caller commits or rolls back."""
    session.add(FileNote(case_id=case_id, text="accepted"))
    workflow.joined(session).fire(case_id, "annehmen", actor=workflow.actor("hagen", "beispiel01"))


def keep_note(context: HookContext) -> None:
    """A hook: inside the transaction of every event."""
    context.session.add(FileNote(case_id=context.case.id, text=f"{context.event} -> {context.case.state}"))


def main(folder: Path) -> None:
    """Everything once."""
    url = f"sqlite:///{folder}/host.db"
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine)
    with Workflow.open(url, Setup(upgrade=True)) as workflow:
        import_profile(workflow, load_profiles().get("hagen"))
        case_id = open_inquiry(workflow)
        act(workflow, case_id)

        with Session(engine) as session:
            act_within_the_host(workflow, session, case_id)
            session.rollback()
        say(f"after the host's rollback: {workflow.case(case_id).case.state}")
        with Session(engine) as session:
            act_within_the_host(workflow, session, case_id)
            session.commit()
        say(f"after the host's commit: {workflow.case(case_id).case.state}")

        workflow.on("*", keep_note)
        workflow.fire(case_id, "zurueckziehen", actor=workflow.actor("hagen", "severcan"), data={"grund": "Erledigt"})
        for line in workflow.history(case_id):
            say(f"  {line.seq}. {line.event}: {line.source or '–'} → {line.target} ({line.actor}, {line.role})")
    with Session(engine) as session:
        say(f"notes of the host: {[note.text for note in session.exec(select(FileNote))]}")
    engine.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(scratch))
