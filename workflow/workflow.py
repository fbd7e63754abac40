"""The front of the engine: open a database, open cases, fire events, ask what is possible and what happened."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import event as sqlalchemy_event
from sqlmodel import Session

from ..config.clock import SystemClock
from ..config.errors import ForbiddenError, NotFoundError, Refusal
from ..config.rule_files import load_rules
from ..states import queries
from ..states.database import Database
from ..states.decide import Stage
from ..states.directory import Directory
from ..states.engine import Applied, Engine, Fired, OpenRequest, Run, World
from ..states.library import Library
from ..states.lifecycle import Lifecycle
from ..states.loader import load_folders
from ..states.migrate import require_current, upgrade
from ..states.overrides import Override
from ..states.program import Program
from ..states.publicity import publicity_of, reader_for
from ..states.recompute import Difference, Recomputation
from ..states.step import Actor, Command, Facts, Situation
from ..states.store import Transaction
from ..states.town import Town
from ..states.visibility import Publicity, Reader
from .guards import shipped_registry
from .joined import Joined
from .named import only_case
from .offers import offers
from .setup import Hook, HookContext, Setup
from .views import CaseView, Offer

T = TypeVar("T")


class Workflow:
    """Vorgang on one database. Thread-safe; importing or opening it starts nothing in the background."""

    def __init__(self, database: Database, setup: Setup) -> None:
        self.database = database
        self.clock = setup.clock or SystemClock()
        lifecycles = load_folders(*setup.lifecycles)
        kinds = {name: lifecycle.label for name, lifecycle in lifecycles.items()}
        self.directory = Directory(database, load_rules(setup.rules), self.clock, kinds)
        self.library = Library(lifecycles, setup.registry or shipped_registry(), database, self.clock)
        self._world = World(self._program, self.directory.town, self.clock)
        self.engine = Engine(database.store, self._world)
        self._hooks: dict[str, list[Hook]] = {}
        self._wake = setup.wake

    @classmethod
    def open(cls, url: str, setup: Setup | None = None) -> Self:
        """Open the database at `url` (``sqlite:///…`` or ``postgresql://…``).

        Raises:
            StoreError: It cannot be reached, or its tables are not those of this version.
            AuthorError: A lifecycle or rule file is wrong; every finding is named.
        """
        setup = setup or Setup()
        database = Database(url, setup.options)
        try:
            if setup.upgrade:
                upgrade(database)
            require_current(database)
            workflow = cls(database, setup)
            workflow.library.pin()
        except BaseException:
            database.close()
            raise
        return workflow

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- acting ---

    def open_case(  # everything that may be said of one case, by name
        self,
        lifecycle: str,
        *,
        body: str,
        actor: Actor,
        data: Facts | None = None,
        key: str | None = None,
        parent_id: str | None = None,
    ) -> Fired:
        """Open a case of `lifecycle` in `body`; `data` is the input of its opening event.

        With an idempotency `key`, repeating the call does nothing again and returns the same case. With `parent_id` it
        belongs to another case: about the same paper, as public, and shown with it.

        Raises:
            RefusedError: with the explanation; nothing was written.
            ConflictError: the key was used for something else, or the number is taken.
            NotFoundError: there is no case `parent_id`.
        """
        request = OpenRequest(lifecycle, body, actor, data or {}, key, parent_id)
        return self._acting(lambda engine: engine.open(request), lambda run: run.open(request), key)

    def fire(  # everything that may be said of one event, by name
        self,
        case_id: str,
        event: str,
        *,
        actor: Actor,
        data: Facts | None = None,
        expected_version: int | None = None,
        key: str | None = None,
    ) -> Fired:
        """Fire `event` on a case: one database transaction, with everything that follows from it.

        Raises:
            RefusedError: the event cannot happen; `refusal` explains why and what would help.
            ConflictError: the case is not as the caller saw it (`expected_version`), or somebody was faster.
            NotFoundError: there is no such case.
        """
        command = Command(case_id, event, actor, data or {}, expected_version, key)
        return self._acting(lambda engine: engine.fire(command), lambda run: run.fire(command), key)

    def fire_batch(self, commands: Sequence[Command]) -> list[Fired]:
        """Fire many events in one transaction: all of them happen, or none. Errors as in `fire`."""
        return self._acting(
            lambda engine: engine.fire_batch(list(commands)),
            lambda run: run.fire_each(commands),
            *(command.key for command in commands),
        )

    def override(self, override: Override) -> Fired:
        """Set a case into another state by hand: recorded, with a reason, by the supervisor only."""
        return self._acting(lambda engine: engine.override(override), lambda run: run.override(override))

    def recompute(self, wanted: Recomputation) -> Fired:
        """Compute a running deadline anew under the rules and the calendar of today; recorded, with a reason."""
        return self._acting(lambda engine: engine.recompute(wanted), lambda run: run.recompute(wanted))

    def recomputed(self, case_id: str) -> list[Difference | Refusal]:
        """What `recompute` would change of each running deadline of a case, or why it cannot; nothing is changed.

        A deadline that a pause, a Termin or a new day set by somebody holds is a refusal.
        """
        return self.database.look(lambda tx: self.engine.within(tx).differences(case_id))

    def tick(self, case_id: str) -> bool:
        """Do what time demands of a case; False: nothing was due."""
        return self._acting(lambda engine: engine.tick(case_id), lambda run: run.tick(case_id))

    def on(self, event: str, hook: Hook) -> None:
        """Call `hook` inside the transaction whenever `event` happens (``"*"``: any).

        It may write; if it raises, the event has not happened. With hooks, every event runs in a session, which is
        slower.
        """
        self._hooks.setdefault(event, []).append(hook)

    def wake_with(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit of an event (an `Office` does so when it starts)."""
        self._wake = wake

    def joined(self, session: Session) -> Joined:
        """The engine inside the transaction of a host's `session` on the same database; the host commits."""
        sqlalchemy_event.listen(session, "after_commit", lambda _session: self._committed(), once=True)
        return Joined(session, lambda: self._run_in(session))

    def together(self, work: Callable[[Session, Joined], T]) -> T:
        """Run `work` in one transaction: events through the `Joined`, rows of its own through the session.

        If it raises, nothing has happened.
        """
        with self.database.session() as session:
            done = work(session, Joined(session, lambda: self._run_in(session)))
        self.directory.forget()
        self._woken()
        return done

    def _acting(self, alone: Callable[[Engine], T], hooked: Callable[[Run], T], *keys: str | None) -> T:
        done = self.engine.keyed(keys, lambda: self._in_session(hooked)) if self._hooks else alone(self.engine)
        self._noticed(done)
        self._woken()
        return done

    def _noticed(self, done: object) -> None:
        """What sessions there are is kept in memory with the town; an event of a session may have changed it."""
        every = done if isinstance(done, list) else [done]
        cases = (one.case for one in every if isinstance(one, Fired))
        if any(self._program_of(one.lifecycle, one.lifecycle_version).lifecycle.record == "meeting" for one in cases):
            self.directory.forget()

    def _in_session(self, work: Callable[[Run], T]) -> T:
        with self.database.session() as session:
            return work(self._run_in(session))

    def _run_in(self, session: Session) -> Run:
        return Engine(self.database.store, self._hooked(session)).within(self.database.joined(session))

    def _committed(self) -> None:
        self.directory.forget()
        self._woken()

    def _woken(self) -> None:
        if self._wake:
            self._wake()

    def _hooked(self, session: Session) -> World:
        def observe(applied: Applied) -> None:
            step = applied.write.step
            context = HookContext(session, applied.write.case, step.event, step.case.state or None, step.data)
            for hook in (*self._hooks.get(step.event, ()), *self._hooks.get("*", ())):
                hook(context)

        return self._world._replace(observe=observe) if self._hooks else self._world

    def _program(self, _transaction: Transaction, lifecycle: str, version: int | None) -> Program:
        return self.library.get(lifecycle, version)

    # --- asking ---

    def actor(self, body: str, person: str, *, on_behalf_of: str | None = None) -> Actor:
        """The person `person` as an actor, with the organisations they belong to today.

        Raises:
            NotFoundError: the body or the person is unknown.
            ForbiddenError: `person` is today no deputy of the person represented (see `Town.may_represent`). The engine
                asks once more when the actor acts.
        """
        town = self.directory.town(body)
        for key in (person, on_behalf_of):
            if key is not None and (key not in town.parties or town.parties[key].kind != "person"):
                known = ", ".join(sorted(p.key for p in town.parties.values() if p.kind == "person"))
                raise NotFoundError("actor_unknown", person=key, body=body, known=known)
        today = town.today(self.clock.now())
        if on_behalf_of is not None and not town.may_represent(person, on_behalf_of, today):
            raise ForbiddenError("deputy_without_mandate", person=person, represented=on_behalf_of)
        return town.actor(person, today, on_behalf_of=on_behalf_of)

    def reader(self, body: str, person: str | None = None) -> Reader:
        """Who reads in `body` today: `person` with the organisations they belong to; None: the public.

        Raises:
            NotFoundError: the body or the person is unknown.
        """
        if person is None:
            return Reader(inside=False, day=self.today(body))
        self.actor(body, person)
        return reader_for(self._town(body), person, self.today(body))

    def publicity(self, case_ids: Iterable[str]) -> dict[str, Publicity]:
        """What the visibility predicate has to know of these cases, by their ids; what there is not is left out."""
        with self.database.reading() as connection:
            return publicity_of(connection, case_ids, self.lifecycle, self._town)

    def available(self, case_id: str, actor: Actor) -> list[Offer]:
        """The events that lead on from the present state: which the actor may fire, and why not the others."""
        situation = self._situation(case_id)
        case = situation.case
        stage = Stage.at(
            self._program_of(case.lifecycle, case.lifecycle_version), self._town(case.body), self.clock.now()
        )
        return offers(stage, situation, actor)

    def case(self, case_id: str) -> CaseView:
        """A case with its state in words, its owner, deadlines with their traces, and children."""
        with self.database.reading() as connection:
            summary = queries.case_summary(connection, case_id)
            clocks = tuple(queries.deadlines(connection, case_id))
            children = tuple(queries.children(connection, case_id))
        state = self._program_of(summary.lifecycle, summary.lifecycle_version).lifecycle.states[summary.state]
        owner = self._town(summary.body).parties.get(summary.owner or "")
        return CaseView(summary, state.label, owner.name if owner else summary.owner, clocks, children)

    def find(self, reference: str, body: str | None = None) -> str:
        """The id of the case meant by a paper number (read tolerantly), an id, or the beginning of an id.

        Raises:
            NotFoundError: none fits, or several do.
        """
        return only_case(reference, self.candidates(reference, body))

    def candidates(self, reference: str, body: str | None = None) -> list[str]:
        """The ids of the cases that `reference` may mean: those with the number, else those whose id begins so."""
        with self.database.reading() as connection:
            found = queries.find_case_ids(connection, reference, body)
            if not found and len(reference) >= queries.SHORTEST_ID:
                found = queries.case_ids_starting(connection, reference.lower())
        return found

    def history(self, case_id: str) -> list[queries.HistoryLine]:
        """The log of a case, oldest first.

        Raises:
            NotFoundError: there is no such case.
        """
        with self.database.reading() as connection:
            queries.case_summary(connection, case_id)
            return queries.history(connection, case_id)

    def worklist(self, body: str, party: str, page: queries.Page | None = None) -> list[queries.CaseSummary]:
        """The open cases lying with an office or a person, the most urgent first.

        A person's list holds also those of their offices, and of the persons for whom they stand in now.
        """
        town = self._town(body)
        if party not in town.parties:
            raise NotFoundError("party_unknown", party=party, body=body, known=", ".join(sorted(town.parties)))
        today = self.today(body)
        parties = tuple(sorted({*town.actor(party, today).parties, *town.represented(party, today)}))
        with self.database.reading() as connection:
            return queries.worklist(connection, body, parties, page)

    def cases(self, wanted: queries.Filter | None = None) -> list[queries.CaseSummary]:
        """Cases in order of opening, filtered."""
        with self.database.reading() as connection:
            return queries.cases(connection, wanted or queries.Filter())

    def today(self, body: str) -> date:
        """Which day it is in the town."""
        return self._town(body).today(self.clock.now())

    def _situation(self, case_id: str) -> Situation:
        return self.database.look(lambda tx: self.engine.within(tx).situation(case_id))

    def _program_of(self, lifecycle: str, version: int) -> Program:
        return self.library.get(lifecycle, version)

    def lifecycle(self, lifecycle: str, version: int) -> Lifecycle:
        """A version of a lifecycle as it is installed, or as it was when it was pinned."""
        return self._program_of(lifecycle, version).lifecycle

    def _town(self, body: str) -> Town:
        return self.directory.town(body)
