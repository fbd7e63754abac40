"""Majorities that bodies of the council need, and how much of something they allow, as Geschäftsordnungen say it."""

from fractions import Fraction
from typing import Literal, NamedTuple, cast, get_args

from .reader import Table
from .text import Text

#: Of whom a majority is counted: of the votes given without abstentions, or of all who could vote by law.
Whole = Literal["abgegebene", "gesetzliche"]
#: Who has a number of questions, or of follow-up questions, together.
Sharing = Literal["person", "fraktion", "frage"]
#: Who may ask a follow-up question.
Asking = Literal["alle", "fragesteller"]
_NO_NORM = Text("", "")
MORE_THAN_HALF = Text("mehr als die Hälfte", "more than half")


class Majority(NamedTuple):
    """More than half of the votes, or at least another share of them."""

    share: Fraction
    of: Whole
    norm: Text

    def reached(self, yes: int, no: int, members: int | None) -> bool:
        """Whether so many votes reach it; `members`: all who could vote. Where that is counted and not known, never."""
        whole = members if self.of == "gesetzliche" else yes + no
        if whole is None:
            return False
        return yes * 2 > whole if self.share == Fraction(1, 2) else whole > 0 and yes >= self.share * whole

    @property
    def text(self) -> Text | str:
        """Such as 2/3; half of them do not suffice."""
        plain = self.share == Fraction(1, 2)
        return MORE_THAN_HALF if plain else f"{self.share.numerator}/{self.share.denominator}"


class Limit(NamedTuple):
    """How much is allowed at most; None: any number."""

    #: Questions that one person (or faction) may ask in one session.
    questions: int | None
    #: Follow-up questions to one question.
    follow_ups: int | None
    #: Minutes for all of them in one session.
    minutes: int | None
    norm: Text
    #: Sub-questions of one question.
    parts: int | None = None
    #: Follow-up questions besides, which only the asker has.
    extra: int | None = None
    #: Minutes planned for a question that says nothing else.
    minutes_each: int | None = None
    #: How often a question is carried over to the next session before it is answered in writing.
    carried: int | None = None
    per: Sharing = "person"
    follow_ups_per: Sharing = "frage"
    follow_ups_by: Asking = "alle"


#: Numbers beyond the first three.
_MORE = ("parts", "extra", "minutes_each", "carried")


def read_majority(table: Table) -> Majority:
    """``[majority.NAME]``; mistakes are recorded in the source of the table."""
    written = table.string("share", "1/2")
    try:
        share = Fraction(written)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not Fraction(1, 2) <= share <= 1:
        table.find("rules_majority", "share", value=written)
    majority = Majority(
        share, cast("Whole", table.one_of("of", get_args(Whole), "abgegebene")), table.text("norm", _NO_NORM)
    )
    table.close()
    return majority


def read_limit(table: Table) -> Limit:
    """``[limit.NAME]``. Errors as in `read_majority`."""
    numbers = {key: _number(table, key) for key in ("questions", "follow_ups", "minutes", *_MORE)}
    limit = Limit(
        **numbers,
        norm=table.text("norm", _NO_NORM),
        per=cast("Sharing", table.one_of("per", ("person", "fraktion"), "person")),
        follow_ups_per=cast("Sharing", table.one_of("follow_ups_per", get_args(Sharing), "frage")),
        follow_ups_by=cast("Asking", table.one_of("follow_ups_by", get_args(Asking), "alle")),
    )
    table.close()
    return limit


def _number(table: Table, key: str) -> int | None:
    if key not in table.data:
        return None
    number = table.integer(key)
    if number < 0:
        table.find("rules_limit", key, value=number)
    return number
