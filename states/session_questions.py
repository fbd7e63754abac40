"""The questions asked in a session, as a reader may see them: of members with their name, of residents without."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, literal_column, select

from ..config.text import Text
from .kin import Kin, Known, Lifecycles
from .publicity import facts_of, publicity_of
from .session_queries import SessionRow
from .tables import COUNCIL_BODY, SESSION, CaseRow, table_of
from .town import Town
from .visibility import PUBLIC, Publicity, Reader, blackout_for, is_public, may_show_content, may_show_everything

_case = table_of(CaseRow)
RESIDENT, ORAL, FOLLOW_UP = "einwohnerfrage", "muendliche_frage", "zusatzfrage"
#: They are not asked.
_DROPPED = frozenset({"zurueckgewiesen", "zurueckgezogen"})


class Question(NamedTuple):
    """A question of a session; its case, what is asked, and how it stands."""

    id: str
    lifecycle: str
    kind: Text
    #: The party; None: not told of residents.
    asker: str | None
    subject: str
    state: Text
    #: It has been admitted, or needs no admission.
    listed: bool
    #: Under the item for questions of which kind it stands by itself; None: it goes with the question before it.
    under: str | None
    #: What is asked may be named on the agenda, which is handed on.
    named: bool


class Asked(NamedTuple):
    """A session, and the cases below it."""

    session: SessionRow
    below: Sequence[Known]


def questions_of(
    connection: Connection,
    asked: Asked,
    sight: tuple[Lifecycles, Callable[[str], Town]],
    reader: Reader | None,
) -> tuple[Question, ...]:
    """Those asked in a session that this reader may see, follow-ups behind what they follow if that stands there."""
    first = [one for one in asked.below if one.lifecycle.id in {RESIDENT, ORAL} and one.row["state"] not in _DROPPED]
    late = _follow_ups(connection, asked.session)
    if not first and not late:
        return ()
    kin = Kin(connection, late, sight[0])
    follow = [(kin.of(one), next(above for above in kin.above(one) if above.lifecycle.id != FOLLOW_UP)) for one in late]
    follow = [(one, above) for one, above in follow if one.row["state"] not in _DROPPED]
    here = {one.row["id"] for one in first}
    family = [
        pair for one in first for pair in ((one, one), *(each for each in follow if each[1].row["id"] == one.row["id"]))
    ]
    family += [each for each in follow if each[1].row["id"] not in here]
    known = publicity_of(connection, [one.row["id"] for one, _ in family], *sight)
    questions = (_question(pair, here, known[pair[0].row["id"]], reader) for pair in family)
    return tuple(one for one in questions if one is not None)


def _follow_ups(connection: Connection, session: SessionRow) -> list[str]:
    """The follow-ups that are asked in a session, whatever they follow; in the words of the index."""
    meant = (literal_column(SESSION) == session.day.isoformat(), literal_column(COUNCIL_BODY) == session.organisation)
    mine = (_case.c.body == session.body, _case.c.lifecycle == FOLLOW_UP)
    return list(connection.execute(select(_case.c.id).where(*meant, *mine).order_by(_case.c.id)).scalars())


def _question(
    pair: tuple[Known, Known], here: Collection[str], publicity: Publicity, reader: Reader | None
) -> Question | None:
    one, first = pair
    state = one.lifecycle.states[one.row["state"]]
    everything = reader is None or may_show_everything(publicity, reader)
    told = state.label if everything else state.public
    if told is None or (reader is not None and not may_show_content(publicity, reader)):
        return None
    facts, black = facts_of(one), blackout_for(publicity, reader)
    of_resident = first.lifecycle.id == RESIDENT
    asker = str(facts["fragesteller"]) if not of_resident and facts.get("fragesteller") else None
    subject = str(facts.get("betreff") or facts.get("frage") or "")
    if black is not None:
        asker, subject = black.value((asker, subject))
    goes_along = one is not first and first.row["id"] in here
    under = None if goes_along else RESIDENT if of_resident else ORAL
    named = not of_resident and (one is first or is_public(publicity))
    head = (one.row["id"], one.lifecycle.id, one.lifecycle.label)
    listed = state.public is not None and facts.get(PUBLIC) is not False
    return Question(*head, asker, subject, told, listed, under, named)
