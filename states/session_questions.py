"""The questions asked in a session, as a reader may see them: of members with their name, of residents without."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from ..config.text import Text
from .kin import Kin, Known, Lifecycles
from .publicity import facts_of, publicity_of
from .town import Town
from .visibility import Publicity, Reader, blackout_for, may_show_content, may_show_everything

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


def questions_of(
    connection: Connection,
    session: Sequence[Known],
    sight: tuple[Lifecycles, Callable[[str], Town]],
    reader: Reader | None,
) -> tuple[Question, ...]:
    """Those among the cases below a `session` that this reader may see, follow-ups behind what they follow."""
    asked = [one for one in session if one.lifecycle.id in {RESIDENT, ORAL} and one.row["state"] not in _DROPPED]
    if not asked:
        return ()
    below = Kin(connection, [one.row["id"] for one in asked], sight[0])
    family = [(one, *_follow_ups(below.below(one.row["id"]))) for one in asked]
    known = publicity_of(connection, [one.row["id"] for line in family for one in line], *sight)
    questions = (_question(one, line[0], known[one.row["id"]], reader) for line in family for one in line)
    return tuple(one for one in questions if one is not None)


def _follow_ups(below: Sequence[Known]) -> list[Known]:
    return [one for one in below if one.lifecycle.id == FOLLOW_UP and one.row["state"] not in _DROPPED]


def _question(one: Known, first: Known, publicity: Publicity, reader: Reader | None) -> Question | None:
    state = one.lifecycle.states[one.row["state"]]
    everything = reader is None or may_show_everything(publicity, reader)
    told = state.label if everything else state.public
    if told is None or (reader is not None and not may_show_content(publicity, reader)):
        return None
    facts, black = facts_of(one), blackout_for(publicity, reader)
    asker = str(facts["fragesteller"]) if first.lifecycle.id == ORAL and facts.get("fragesteller") else None
    subject = str(facts.get("betreff") or facts.get("frage") or "")
    if black is not None:
        asker, subject = black.value((asker, subject))
    return Question(
        one.row["id"], one.lifecycle.id, one.lifecycle.label, asker, subject, told, state.public is not None
    )
