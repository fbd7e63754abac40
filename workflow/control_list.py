"""The standing list of what is open before a body of the council, or with an office (Beschlusskontrolle).

What stands on it, and what its colours mean, is laid down in docs/reports.md.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeAlias

from ..config.collector import without_collector
from ..config.errors import NotFoundError
from ..config.text import Lang
from ..notifications.workbooks import Sheet
from ..states.control_lists import DELAY, MOVED, SUBJECT, WHAT, Desk, Entry, before_body, with_office
from ..states.publicity import reader_for
from ..states.punctuality import ASKER, OFFICES
from ..states.queries import CaseSummary
from ..states.visibility import Publicity, Reader
from .console import day_text
from .punctuality import known_of
from .reading_rights import Seen, seen
from .wording import say
from .workflow import Workflow

#: The columns, by the names of their titles.
COLUMNS = ("number", "kind", "subject", "asker", "office", "target", "light", "delay")


#: Whether what is known of a case puts its entry into the public part.
IsOpen: TypeAlias = Callable[[Publicity], bool]


class ControlList(NamedTuple):
    """What is open on a day, the most urgent first: in the public part what everybody may know."""

    town: str
    #: Key and name of the council body or office.
    party: str
    name: str
    day: date
    public: tuple[Entry, ...]
    closed: tuple[Entry, ...]


@without_collector()
def control_list(
    workflow: Workflow, body: str, party: str, reader: Reader | None = None, is_open: IsOpen | None = None
) -> ControlList:
    """The list of a council body or of an office, as far as `reader` may see it (None: the operator).

    `is_open`: what belongs into the public part (None: what everybody may know today).

    Raises:
        NotFoundError: there is no such party, or it is a person.
    """
    town = workflow.directory.town(body)
    known = town.parties.get(party)
    if known is None or known.kind == "person":
        listed = ", ".join(sorted(one.key for one in town.parties.values() if one.kind != "person"))
        raise NotFoundError("party_unknown", party=party, body=body, known=listed)
    desk = Desk(known_of(workflow), town, workflow.today(body))
    read = with_office if known.kind == "office" else before_body
    with workflow.database.reading() as connection:
        found = read(connection, desk, party)
    publicity = {one.case.id: one.publicity for one in found}
    shown = {one.case.id: one for one in seen(workflow, [one.case for one in found], reader, publicity)}
    if is_open is not None:
        found = [one._replace(entry=one.entry._replace(public=is_open(one.publicity))) for one in found]
    told = [one for one in found if one.case.id in shown and shown[one.case.id].disclosed]
    mine = [as_seen(one.entry, shown[one.case.id], one.case) for one in told]
    parts = (tuple(one for one in mine if one.public is public) for public in (True, False))
    return ControlList(town.name, party, known.name, desk.today, *parts)


def as_seen(entry: Entry, shown: Seen, case: CaseSummary) -> Entry:
    """An entry as a reader may see its case: what it says by a fact that is not shown to them is left out.

    What is private is blacked out.
    """
    if shown.everything:
        return entry
    said = shown.case.facts
    asker = said.get(ASKER)
    what = next((str(said[name]) for name in WHAT if said.get(name)), None)
    return entry._replace(
        number=shown.case.number,
        subject=shown.case.subject or said.get(SUBJECT),
        what=what,
        state=shown.state,
        asker=entry.asker if asker == case.facts.get(ASKER) else None if asker is None else str(asker),
        office=entry.office if any(said.get(name) for name in OFFICES) else None,
        delay=said.get(DELAY) or said.get(MOVED),
    )


def closed_part(workflow: Workflow, body: str, party: str) -> ControlList:
    """What the members of a council body see together, beyond what everybody may know."""
    members = reader_for(workflow.directory.town(body), party, workflow.today(body))
    return control_list(workflow, body, party, members)._replace(public=())


def title(found: ControlList, lang: Lang) -> str:
    """What the list is called."""
    return say("control_title", lang, name=found.name)


def file_stem(name: str) -> str:
    """The name of a file of the list, without its ending."""
    return name.replace(":", "").replace(" ", "_").replace("/", "-")


def about(found: ControlList, lang: Lang) -> str:
    """As of which day, and how much stands on it."""
    every = (*found.public, *found.closed)
    late = sum(one.target is not None and one.target < found.day for one in every)
    return say("control_about", lang, day=day_text(found.day, lang), count=len(every), late=late)


def sheets(found: ControlList, lang: Lang) -> tuple[Sheet, ...]:
    """The parts of the list as tables; the part that is not public only where something stands in it."""
    closed = (sheet(found, lang, closed=True),) if found.closed else ()
    return (sheet(found, lang, closed=False), *closed)


def sheet(found: ControlList, lang: Lang, *, closed: bool) -> Sheet:
    """One part of the list as a table."""
    head = [say(f"control_col_{name}", lang) for name in COLUMNS]
    name, entries = ("control_closed", found.closed) if closed else ("control_public", found.public)
    return Sheet(say(name, lang), head, [_row(one, lang) for one in entries])


def _row(one: Entry, lang: Lang) -> tuple[str | date | None, ...]:
    subject = " – ".join(part for part in (one.subject, one.what) if part)
    state = f"{one.kind.in_(lang)}: {one.state.in_(lang)}"
    light = say(f"control_light_{one.light}", lang)
    return (one.number, state, subject, one.asker, one.office, one.target, light, one.delay)
