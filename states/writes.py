"""From a `Step` to rows: ids given, the log line sealed, values in the order of the tables' columns.

The rows are the same on both databases; `sqlite_transaction` and `postgres_store` only differ in how they send them.
"""

from typing import Any, NamedTuple

from .clock_records import ClockChange, NewClock
from .columns import instant_text
from .ids import new_id, new_salt
from .ledger import Line, canonical, line_hash, private_digest, signature_digest
from .mornings import WAITS_UNTIL
from .numbers import canonical_number
from .plans import next_step
from .records import RECORDS, Consultation, Meeting, Paper
from .search_index import is_searched
from .step import Case, NewMessage, Step


class KeyWrite(NamedTuple):
    """An idempotency key to remember with the step."""

    key: str
    request: str


class RecordWrite(NamedTuple):
    """Values for the typed record of the case; `created` when the row is new."""

    table: str
    id: str
    values: dict[str, Any]
    created: bool


class Write(NamedTuple):
    """Everything that one step writes."""

    case: Case
    line: Line
    data_json: str
    changes_json: str
    facts_json: str
    unattended: bool
    at: str
    clocks: tuple[dict[str, Any], ...]
    step: Step
    messages: tuple[dict[str, Any], ...]
    record: RecordWrite | None
    key: KeyWrite | None
    signature: dict[str, Any] | None
    #: Whether it changes what is found of the case.
    searched: bool = False


def prepare(step: Step, *, record: str | None, key: KeyWrite | None = None) -> Write:
    """The rows of `step`; `record` names the typed table of the lifecycle."""
    at = instant_text(step.at)
    line, data_json, changes_json = seal(step, at)
    case = _after(step, line, record)
    return Write(
        case=case,
        line=line,
        data_json=data_json,
        changes_json=changes_json,
        facts_json=canonical(step.facts),
        unattended=step.unattended,
        at=at,
        clocks=tuple(_clock_row(step, clock) for clock in step.started),
        step=step,
        messages=tuple(_message_row(step, message, line.seq, at) for message in step.messages),
        record=_record_write(step, record, case),
        key=key,
        signature=_signature_row(step, line, at) if step.signature else None,
        searched=is_searched(step, record),
    )


def _signature_row(step: Step, line: Line, at: str) -> dict[str, Any]:
    new, actor = step.signature, step.actor
    if new is None:
        raise ValueError(step.event)
    return {
        "case_id": line.case_id,
        "seq": line.seq,
        "draft_sha256": new.draft_sha256,
        "drafted_by": new.drafted_by,
        "drafted_for": new.drafted_for,
        "signer": actor.key,
        "on_behalf_of": actor.on_behalf_of,
        "role": step.role,
        "result": new.result,
        "remark": new.remark,
        "at": at,
    }


def seal(step: Step, at: str) -> tuple[Line, str, str]:
    """The line of the log of `step`, with its data and changes as they are stored."""
    salt, actor, case = new_salt(), step.actor, step.case
    changes = step.changes()
    if (new := step.signature) is not None:
        changes["signature"].append(signature_digest(salt, new.drafted_by, new.drafted_for, new.remark))
    data_json, changes_json = canonical(step.data), canonical(changes)
    line = Line(
        case.id,
        case.log_seq + 1,
        at,
        step.event,
        case.state or None,
        step.target,
        step.role,
        actor.kind,
        actor.key,
        actor.on_behalf_of,
        step.reason,
        step.data,
        salt,
        changes,
        private_digest(salt, actor.key, actor.on_behalf_of, step.reason, data_json),
        case.log_hash,
        "",
    )
    return Line(*line[:16], line_hash(line, changes_json)), data_json, changes_json


def _after(step: Step, line: Line, record: str | None) -> Case:
    case = step.case
    created = new_id(step.at) if record and case.log_seq == 0 else None
    return Case(
        case.id,
        case.body,
        case.lifecycle,
        case.lifecycle_version,
        step.target,
        case.version + 1 if step.visible else case.version,
        line.seq,
        line.hash,
        step.owner,
        step.due_on,
        step.public,
        step.parent_id or case.parent_id,
        case.child,
        case.round,
        case.position,
        step.outcome,
        created if created and record == "paper" else case.paper_id,
        created or case.record_id,
        step.facts,
        case.opened_at,
        step.closed_at,
    )


def _clock_row(step: Step, clock: NewClock) -> dict[str, Any]:
    plan = clock.plan
    return {
        "id": new_id(step.at),
        "case_id": step.case.id,
        "name": clock.name,
        "occurrence": clock.occurrence,
        "rule": clock.rule,
        "ruleset": clock.ruleset,
        "ruleset_version": clock.ruleset_version,
        "basis": clock.basis,
        "status": "running",
        "started_on": clock.started_on.isoformat(),
        "due_on": plan.due_on.isoformat(),
        "lapses_at": instant_text(plan.lapses_at),
        "next_at": next_step(plan.ladder, clock.told),
        "told": clock.told,
        "ladder": plan.ladder_json,
        "trace": plan.trace_json,
    }


def _message_row(step: Step, message: NewMessage, seq: int, at: str) -> dict[str, Any]:
    return {
        "id": new_id(step.at),
        "body": step.case.body,
        "case_id": step.case.id,
        "occasion": message.occasion,
        "occurrence": seq,
        "recipient": message.recipient,
        "template": message.template,
        "attach": message.attach,
        "params": canonical(message.params),
        "status": "queued",
        "created_at": at,
        "due_at": message.params.get(WAITS_UNTIL, at),
    }


def _record_write(step: Step, record: str | None, case: Case) -> RecordWrite | None:
    created = record is not None and step.case.log_seq == 0
    if record is None or case.record_id is None or not (created or step.record):
        return None
    return RecordWrite(str(RECORDS[record].__tablename__), case.record_id, dict(step.record), created)


def settled_at(at: str, status: str) -> str | None:
    """When a clock that now has `status` was settled: at the step, or not at all."""
    return None if status in {"running", "paused"} else at


def next_text(change: ClockChange) -> str | None:
    """When the scan must look at a changed clock again, as stored."""
    return instant_text(change.next_at) if change.next_at else None


def closed_text(write: Write) -> str | None:
    """When the case was closed, as stored; None: it is open."""
    if write.step.ends:
        return write.at
    return instant_text(write.case.closed_at) if write.case.closed_at else None


def case_values(write: Write) -> tuple[Any, ...]:
    """The row of the case after the step, in the order of `statements.CASE` with ``unattended`` and ``changed_at``."""
    case = write.case
    due_on = case.due_on.isoformat() if case.due_on else None
    closed = closed_text(write)
    opened = write.at if write.line.seq == 1 else instant_text(case.opened_at)
    return (*case[:9], due_on, *case[10:18], write.facts_json, opened, closed, write.unattended, write.at)


def record_statement(write: Write, *, mark: str, prefix: str = "") -> tuple[str, tuple[Any, ...]]:
    """The INSERT or UPDATE of the typed record, with parameters; `mark` is the driver's placeholder."""
    record = write.record
    if record is None:
        raise ValueError(write.case.id)
    values = {**record.values, "modified": write.at}
    for name, canonical_name in _NUMBERS.items():
        if record.values.get(name):
            values[canonical_name] = canonical_number(record.values[name])
    if record.created:
        values = {"id": record.id, "body": write.case.body, "created": write.at, **_DEFAULTS[record.table], **values}
        if record.table == Paper.__tablename__:
            values["paper_type"] = write.case.lifecycle
        else:
            values["case_id"] = write.case.id
        columns = ", ".join(values)
        marks = ", ".join([mark] * len(values))
        return f"INSERT INTO {prefix}{record.table} ({columns}) VALUES ({marks})", tuple(values.values())  # noqa: S608  # names are ours
    changes = ", ".join(f"{column} = {mark}" for column in values)
    return f"UPDATE {prefix}{record.table} SET {changes} WHERE id = {mark}", (*values.values(), record.id)  # noqa: S608  # names are ours


#: Columns with a number as it is given, and those with its canonical form.
_NUMBERS = {"reference": "canonical", "answer_reference": "answer_canonical"}
_DEFAULTS: dict[str, dict[str, Any]] = {
    str(Paper.__tablename__): {"public": True},
    str(Consultation.__tablename__): {"public": True},
    str(Meeting.__tablename__): {"public": True, "cancelled": False},
}
