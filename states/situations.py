"""What is known of a case when an event is decided: read inside the transaction, and only as far as it is needed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ..config.clock import Clock
from ..config.errors import ConflictError, NotFoundError
from .above import origin_of
from .decide import Stage
from .ids import is_id
from .link_spec import LinkSpec
from .program import Program
from .step import NOTHING, Beside, Case, Command, Facts, Member, Situation
from .store import Transaction
from .town import SESSIONS_KEPT, Town, planned
from .writes import Write

#: Who leads a case: the first of these fields, as `tables.LEAD` says it to the database.
_LEADING = ("federfuehrung", "amt")


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

    def situation(self, case_id: str, event: str | None = None, data: Facts = NOTHING) -> Situation:
        """The case with its running clocks, and its children where its lifecycle has any.

        The children of chains one by one only as far as `event` needs them; None: in any case. `data` is what the
        event says.

        Raises:
            NotFoundError: There is no such case.
        """
        situation = self._load(case_id) if is_id(case_id) else None
        if situation is None:
            raise NotFoundError("case_unknown", case=case_id)
        case = situation.case
        program = self._world.program(self._tx, case.lifecycle, case.lifecycle_version)
        links = program.looked_up.get(event, ())
        if event is not None and any(link.passes_on for link in links):  # above those it looks at: locked before
            self._tx.lock(case_id)
            situation = self._load(case_id) or situation
            case = situation.case
        if program.beside and case.parent_id is not None and (event is None or event in program.beside):
            situation = self._beside(case, case.parent_id, hold=event is not None)
            if program.place_in and (event is None or event in program.at_sessions):
                situation = self._ahead(situation, program.place_in, event)
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
        if links:
            said = self._said(program, case.body, event, data)
            if event is not None:
                self._hold(links, situation, said, event)
            situation = situation._replace(linked={link.name: self._linked(link, situation, said) for link in links})
        return situation

    def _said(self, program: Program, body: str, event: str | None, data: Facts) -> Facts | None:
        """What the event says, as far as it may be said; None: it is not known, or wrong."""
        if event is None or event not in program.events:
            return None
        valid = program.events[event].validate(data, self._stage_of(program, body).town)
        return None if isinstance(valid, tuple) else valid

    def _alike(self, program: Program, command: Command, body: str) -> tuple[str, ...]:
        """The open cases of the kind that is opened which are led by the office that the opening names."""
        said = self._said(program, body, command.event, command.data) or {}
        office = next((said[name] for name in _LEADING if said.get(name)), None)
        return tuple(self._tx.led_by(program.lifecycle.id, body, office)) if office else ()

    def _hold(self, links: Iterable[LinkSpec], situation: Situation, said: Facts | None, event: str) -> None:
        """Let nobody else change the cases at which the guards of `event` look, until it is written.

        Only those that are told of events here, or look at cases such as this one: two at the same moment would not
        see each other. What others change holds good as if it came later.
        """
        self._stage(situation.case, event)  # the sessions are held before any case that stands before one
        for link in links:
            there = self._world.program(self._tx, link.lifecycle, None)
            if link.passes_on or any(one.lifecycle == situation.case.lifecycle for one in there.looked_up[None]):
                for found in self._linked(link, situation, said):
                    self._tx.lock(found.id)

    def _linked(self, link: LinkSpec, situation: Situation, said: Facts | None) -> tuple[Member, ...]:
        """The cases that a link finds, ended ones too."""
        if not link.where and not link.beside:
            return tuple(self._tx.members(situation.case.id, link.lifecycle))
        case, program = situation.case, self._world.program(self._tx, link.lifecycle, None)
        facts = {**situation.known, **(said or {})} if link.given else situation.known
        if not program.finds_by_record((*link.where, *link.says)):
            said_there = {theirs: facts.get(ours) for theirs, ours in link.where.items()} | dict(link.says)
            return tuple(self._tx.cases_saying(link.lifecycle, case.body, said_there))
        values = {program.columns[theirs]: facts.get(ours) for theirs, ours in link.where.items()}
        values |= {program.columns[theirs]: value for theirs, value in link.says.items()}
        if link.given and (said is None or None in values.values()):
            return ()
        if not link.beside:
            return tuple(self._tx.cases_with(program.record_table or "", case.body, values))
        above = self._load(case.parent_id) if case.parent_id is not None else None
        if above is None or above.case.paper_id is None:
            return ()
        return tuple(self._tx.cases_with(program.record_table or "", case.body, values, above.case.paper_id))

    def _beside(self, case: Case, parent_id: str, *, hold: bool) -> Situation:
        """The case with what is above and beside it; with `hold`, nobody else changes that any more."""
        if hold:
            self._tx.lock(parent_id)
        situation, parent = self._load(case.id), self._load(parent_id)
        if situation is None or parent is None:
            raise NotFoundError("case_unknown", case=case.id)
        members = tuple(self._tx.members(parent_id, case.child or ""))
        return situation._replace(
            beside=Beside(parent.case.facts, members, parent.case, origin_of(self._load, case, parent.case))
        )

    def _ahead(self, situation: Situation, place_in: str, event: str | None) -> Situation:
        """The case with what is below the sessions to come of the body that the field `place_in` names.

        For an event nobody else takes a place there until it is written.
        """
        case, stage = situation.case, self._stage(situation.case, event)
        ahead = {}
        for session in stage.town.sessions.get(str(case.facts.get(place_in)), ()):
            if event is not None:
                self._tx.lock(session.case)
            ahead[session.day.isoformat()] = tuple(self._tx.members(session.case, case.child or ""))
        beside = situation.beside and situation.beside._replace(ahead=ahead)
        return situation._replace(beside=beside)

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
            held, called_off = planned(self._tx.sessions(body, today - SESSIONS_KEPT))
            town = replace(town, sessions=held, called_off=called_off)
        return Stage(program, town, self._now, today)
