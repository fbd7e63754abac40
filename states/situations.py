"""What is known of a case when an event is decided: read inside the transaction, and only as far as it is needed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ..config.clock import Clock
from ..config.errors import ConflictError, NotFoundError
from .decide import Stage
from .ids import is_id
from .link_spec import LinkSpec
from .program import Program
from .step import Beside, Case, Situation
from .store import Transaction
from .town import SESSIONS_KEPT, Session, Town
from .writes import Write


class Applied(NamedTuple):
    """A step that was written, handed to observers inside the transaction."""

    transaction: Transaction
    write: Write


class World(NamedTuple):
    """What the engine is given: programs, towns, the clock, and who looks on inside the transaction."""

    #: The program of a lifecycle version; version None: the newest, for new cases.
    program: Callable[[Transaction, str, int | None], Program]
    town: Callable[[str], Town]
    clock: Clock
    observe: Callable[[Applied], None] | None = None


class Situations:
    """Reads situations inside one transaction."""

    def __init__(self, world: World, tx: Transaction) -> None:
        self._world = world
        self._tx = tx
        self._now = world.clock.now()
        self._places: dict[str, tuple[Town, date]] = {}

    def _load(self, case_id: str) -> Situation | None:
        return self._tx.load(case_id)

    def _with_terms(self, situation: Situation) -> Situation:
        if not situation.clocks:
            return situation
        terms = self._tx.terms(situation.case.id)
        if any(clock.id not in terms for clock in situation.clocks):  # settled by somebody since the case was loaded
            raise ConflictError("case_changed_meanwhile", case=situation.case.id)
        return situation._replace(clocks=tuple(clock._replace(terms=terms[clock.id]) for clock in situation.clocks))

    def situation(self, case_id: str, event: str | None = None) -> Situation:
        """The case with its running clocks, and its children where its lifecycle has any.

        The children of chains one by one only as far as `event` needs them; None: in any case.

        Raises:
            NotFoundError: There is no such case.
        """
        situation = self._load(case_id) if is_id(case_id) else None
        if situation is None:
            raise NotFoundError("case_unknown", case=case_id)
        case = situation.case
        program = self._world.program(self._tx, case.lifecycle, case.lifecycle_version)
        if program.beside and case.parent_id is not None and (event is None or event in program.beside):
            situation = self._beside(case, case.parent_id, hold=event is not None)
            case = situation.case
        if program.lifecycle.children:
            situation = situation._replace(children=self._tx.children(case_id))
        if wanted := program.members_for(event):
            kinds = sorted({count.child for count in situation.children} & wanted)
            members = tuple(member for kind in kinds for member in self._tx.members(case_id, kind))
            situation = situation._replace(members=members)
        if program.reads_record and program.record_table and case.record_id:
            record = self._tx.record(program.record_table, case.record_id)
            situation = situation._replace(record=program.fields_of(record))
        if links := program.looked_up.get(event):
            situation = situation._replace(linked={link.name: self._states(link, situation) for link in links})
        return situation

    def _states(self, link: LinkSpec, situation: Situation) -> frozenset[str]:
        """The states of the cases that a link finds."""
        program = self._world.program(self._tx, link.lifecycle, None)
        values = {program.columns[theirs]: situation.known.get(ours) for theirs, ours in link.where.items()}
        return self._tx.states_with(program.record_table or "", situation.case.body, values)

    def _beside(self, case: Case, parent_id: str, *, hold: bool) -> Situation:
        """The case with what is above and beside it; with `hold`, nobody else changes that any more."""
        if hold:
            self._tx.lock(parent_id)
        situation, parent = self._load(case.id), self._load(parent_id)
        if situation is None or parent is None:
            raise NotFoundError("case_unknown", case=case.id)
        members = tuple(self._tx.members(parent_id, case.child or ""))
        return situation._replace(beside=Beside(parent.case.facts, members, parent.case))

    def _stage(self, case: Case, event: str | None = None) -> Stage:
        program = self._world.program(self._tx, case.lifecycle, case.lifecycle_version)
        return self._stage_of(program, case.body, event)

    def _stage_of(self, program: Program, body: str, event: str | None = None) -> Stage:
        """The stage in `body`; the town and the day there are looked up once.

        What `event` looks at may have changed since the town was kept in memory: the sessions are read for it, and
        nobody else looks at them before it is written.
        """
        place = self._places.get(body)
        if place is None:
            town = self._world.town(body)
            place = self._places[body] = (town, town.today(self._now))
        town, today = place
        if event in program.at_sessions:
            ahead: defaultdict[str, list[Session]] = defaultdict(list)
            for organisation, session in self._tx.sessions(body, today - SESSIONS_KEPT):
                ahead[organisation].append(session)
            town = replace(town, sessions={whose: tuple(each) for whose, each in ahead.items()})
        return Stage(program, town, self._now, today)
