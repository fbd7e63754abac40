"""How long a closed case is kept, whether the archive is asked, and what becomes of it then: rules as data. Pure.

Periods begin with the end of the calendar year unless a town says otherwise, as they do in § 147 Abs. 4 AO and § 257
Abs. 5 HGB. No case is kept longer than `MOST_YEARS` without being offered to the archive (KGSt 4/2006: to keep for good
is the task of the archive).
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias, cast, get_args

from .reader import Table
from .text import Text

Then: TypeAlias = Literal["anonymisieren", "loeschen"]
Begin: TypeAlias = Literal["jahresende", "abschluss"]

MOST_YEARS = 30
#: Longest time that an archive is given to answer.
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """What becomes of closed cases of one kind (the id of their lifecycle)."""

    kind: str
    years: int
    #: ``jahresende``: from the end of the year in which the case was closed; ``abschluss``: from that very day.
    begins: Begin
    #: Whether it is offered to the archive first.
    offer: bool
    #: How long the archive has to answer.
    answer_months: int
    then: Then
    #: Where it is laid down.
    norm: Text

    def due_on(self, closed_on: date) -> date:
        """The first day after the period."""
        begin = date(closed_on.year, 12, 31) if self.begins == "jahresende" else closed_on
        return months_later(begin, 12 * self.years) + timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The day of the same number, or the last of the month (§ 188 Abs. 2 and 3 BGB)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read_retention(table: Table) -> Mapping[str, RetentionRule]:
    """The rules of ``[retention.KIND]``; mistakes are recorded in the source of the table."""
    return {kind: _read_rule(kind, one) for kind, one in table.entries()}


def _read_rule(kind: str, table: Table) -> RetentionRule:
    years = _within(table, "years", MOST_YEARS, least=0)
    offer = table.flag("offer") is not False
    months = _within(table, "answer_months", MOST_MONTHS) if offer or "answer_months" in table.data else 0
    if not offer and months:
        table.find("retention_no_offer", "answer_months")
    if "then" not in table.data:
        table.find("config_key_missing", "then")
    rule = RetentionRule(
        kind=kind,
        years=years,
        begins=cast("Begin", table.one_of("from", get_args(Begin), "jahresende")),
        offer=offer,
        answer_months=months,
        then=cast("Then", table.one_of("then", get_args(Then), "anonymisieren")),
        norm=table.text("norm"),
    )
    table.close()
    return rule


def _within(table: Table, key: str, most: int, *, least: int = 1) -> int:
    value = table.integer(key)
    if key in table.data and type(table.data[key]) is int and not least <= value <= most:
        table.find("retention_length", key, value=value, least=least, most=most)
        return most
    return value
