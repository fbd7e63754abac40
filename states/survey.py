"""What the keeper of an installation asks of its database: its bodies, its last ticks, its mails. Reads only."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from .records import Body, Paper
from .tables import CaseRow, DeadlineRow, HeadRow, MessageRow, TransitionRow, table_of
from .watch_tables import TickRow

_body, _paper, _case, _deadline = (table_of(row) for row in (Body, Paper, CaseRow, DeadlineRow))
_head, _line, _message, _tick = (table_of(row) for row in (HeadRow, TransitionRow, MessageRow, TickRow))


class ClockRow(NamedTuple):
    """A deadline beside the number of its case."""

    case_id: str
    number: str | None
    name: str
    rule: str
    due_on: date
    status: str


class MailRow(NamedTuple):
    """A message beside its case, as a report shows it."""

    case_id: str
    at: datetime
    recipient: str
    address: str | None
    template: str
    subject: str | None
    status: str


def bodies(connection: Connection) -> list[tuple[str, str]]:
    """Key and name of every municipality."""
    rows = connection.execute(select(_body.c.key, _body.c.name).order_by(_body.c.key))
    return [(key, name) for key, name in rows]


def zones(connection: Connection) -> dict[str, ZoneInfo]:
    """The time zone of every municipality."""
    rows = connection.execute(select(_body.c.key, _body.c.zone).order_by(_body.c.key))
    return {key: ZoneInfo(zone) for key, zone in rows}


def zone_of_all(connection: Connection) -> ZoneInfo:
    """The time zone in which the keeper reads: that of the municipalities, if it is one for all of them."""
    found = {zone.key: zone for zone in zones(connection).values()}
    return next(iter(found.values())) if len(found) == 1 else ZoneInfo("UTC")


def rule_sets_in_use(connection: Connection) -> list[tuple[str, str, str]]:
    """Body, its rule set and its Land."""
    rows = connection.execute(select(_body.c.key, _body.c.ruleset, _body.c.land).order_by(_body.c.key))
    return [(key, rules, land) for key, rules, land in rows]


def functions(connection: Connection) -> dict[str, dict[str, str]]:
    """Who holds which function, in every municipality."""
    rows = connection.execute(select(_body.c.key, _body.c.functions).order_by(_body.c.key))
    return {key: dict(held) for key, held in rows}


def standing(connection: Connection) -> set[tuple[str, str]]:
    """Lifecycle and state of every case there has been, each pair once."""
    rows = connection.execute(select(_case.c.lifecycle, _case.c.state).distinct())
    return {(lifecycle, state) for lifecycle, state in rows}


def ticks(connection: Connection) -> dict[str, datetime]:
    """When each periodic duty last succeeded."""
    rows = connection.execute(select(_tick.c.name, _tick.c.succeeded_at).order_by(_tick.c.name))
    return {row.name: row.succeeded_at for row in rows}


def last_line(connection: Connection) -> datetime | None:
    """When the newest line of the log was written."""
    found: datetime | None = connection.execute(
        select(_line.c.at).order_by(_line.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return found


def last_head(connection: Connection) -> datetime | None:
    """When the newest signed head was written."""
    found: datetime | None = connection.execute(
        select(_head.c.at).order_by(_head.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return found


def oldest_waiting(connection: Connection, now: datetime) -> datetime | None:
    """When the message was caused that has waited longest of those that should go out; not what is to wait still."""
    on_purpose = (_message.c.status == "queued") & (_message.c.due_at > now)
    waiting = _message.c.status.in_(("queued", "leased", "deferred")) & ~on_purpose
    found: datetime | None = connection.execute(select(func.min(_message.c.created_at)).where(waiting)).scalar_one()
    return found


def last_sent(connection: Connection) -> datetime | None:
    """When the newest mail was handed over."""
    found: datetime | None = connection.execute(select(func.max(_message.c.sent_at))).scalar_one()
    return found


def deadlines(connection: Connection) -> list[ClockRow]:
    """Every deadline, in the order in which they started."""
    rows = connection.execute(
        select(
            _deadline.c.case_id,
            _paper.c.reference,
            _deadline.c.name,
            _deadline.c.rule,
            _deadline.c.due_on,
            _deadline.c.status,
        )
        .select_from(_deadline.join(_case, _case.c.id == _deadline.c.case_id))
        .outerjoin(_paper, _paper.c.id == _case.c.paper_id)
        .order_by(_deadline.c.started_on, _deadline.c.case_id, _deadline.c.id)
    )
    return [ClockRow(*row) for row in rows]


def mails(connection: Connection) -> list[MailRow]:
    """Every message in order of time."""
    at = func.coalesce(_message.c.sent_at, _message.c.created_at, type_=_message.c.created_at.type)
    rows = connection.execute(
        select(
            _message.c.case_id,
            at,
            _message.c.recipient,
            _message.c.address,
            _message.c.template,
            _message.c.subject,
            _message.c.status,
        ).order_by(at, _message.c.id)
    )
    return [MailRow(*row) for row in rows]
