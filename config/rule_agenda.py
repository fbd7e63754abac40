"""What stands on every agenda of a body, whatever papers come before it: the opening, the minutes, „Verschiedenes“."""

from typing import NamedTuple

from .reader import Table
from .text import Text


class Agenda(NamedTuple):
    """The standing items before and behind the papers, in both parts of a session."""

    first: tuple[Text, ...] = ()
    last: tuple[Text, ...] = ()
    #: Of the part that is not public; they stand there only if a paper does.
    closed_first: tuple[Text, ...] = ()
    closed_last: tuple[Text, ...] = ()
    #: The title of the item under which the control list of the body is told; None: it is not.
    control: Text | None = None
    #: Of the items under which residents and members ask; without one there is an item only where somebody asks.
    residents: Text | None = None
    oral: Text | None = None


NO_STANDING_ITEMS = Agenda()


def read_agenda(table: Table) -> Agenda:
    """``[agenda]``: lists of ``{ title = … }``; mistakes are recorded in the source of the table."""
    agenda = Agenda(
        first=_titles(table, "first"),
        last=_titles(table, "last"),
        closed_first=_titles(table, "closed_first"),
        closed_last=_titles(table, "closed_last"),
        **{name: table.text(name) for name in ("control", "residents", "oral") if name in table.data},
    )
    table.close()
    return agenda


def _titles(table: Table, key: str) -> tuple[Text, ...]:
    titles = []
    for one in table.tables(key):
        titles.append(one.text("title"))
        one.close()
    return tuple(titles)
