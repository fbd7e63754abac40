"""Inquiries with running deadlines, and what the outbox says that was told about them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import select

from tests.chaos.oracle import LADDERS, Clock, Told
from tests.helpers.house import CLERK, House
from vorgang.states.database import Database
from vorgang.states.queries import counts
from vorgang.states.tables import DeadlineRow, MessageRow, TransitionRow, table_of

_deadline, _message, _line = table_of(DeadlineRow), table_of(MessageRow), table_of(TransitionRow)


def inquire(house: House, chance: Random, today: date) -> str:
    """An inquiry that came in today and is admitted, perhaps assigned, at random; its case."""
    data = {"schreiben_vom": today.isoformat(), "eingang": today.isoformat()}
    case = house.ask(**data)
    if chance.random() < 0.5:
        house.fire(case, "zulassen", CLERK)
        house.fire(case, "zuweisen", CLERK, federfuehrung="amt01", beteiligt=["amt41"])
    return case


def clocks(database: Database, looks_before: Mapping[str, int]) -> list[Clock]:
    """Every deadline that runs: those that an event has stopped tell nothing."""
    started = _line.join(_deadline, (_line.c.case_id == _deadline.c.case_id) & (_line.c.seq == _deadline.c.occurrence))
    query = select(_deadline.c.case_id, _deadline.c.name, _deadline.c.due_on, _line.c.at).select_from(started)
    with database.reading() as connection:
        rows = connection.execute(query.where(_deadline.c.settled_at.is_(None))).all()
    return [Clock(*row, looks_before[row.case_id]) for row in rows]


def lines(database: Database) -> int:
    """How long the log is."""
    with database.reading() as connection:
        return counts(connection)["transitions"]


def told(database: Database) -> set[Told]:
    """What was told about rungs. Nobody twice about the same."""
    with database.reading() as connection:
        rows = connection.execute(select(_message.c.case_id, _message.c.recipient, _message.c.params)).all()
    found = [_of(*row) for row in rows if "rung" in row.params]
    times = Counter((one.case, one.deadline, one.rung, one.recipient) for one in found)
    assert [one for one, number in times.items() if number > 1] == []
    return set(found)


def _of(case: str, recipient: str, params: Mapping[str, Any]) -> Told:
    assert params["deadline"] in LADDERS
    return Told(case, params["deadline"], params["rung"], tuple(params["missed"]), recipient)
