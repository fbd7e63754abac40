"""What the visibility predicate has to know of cases, read for many at once; and who a reader is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Connection

from .answers import is_as_made_known
from .blackening import Private
from .deputies import RELATIONS, related
from .kin import Kin, Known, Lifecycles, Row
from .lifecycle import AUTOMATIC, PARTIES, Field, Lifecycle
from .private_addresses import said_in
from .search_index import ORIGINATORS
from .step import Facts
from .telling import OWNER, invited_in
from .town import Town
from .visibility import PRIVATE, PUBLISHED, UNDISCLOSED, Publicity, Reader, is_answered

#: Who may read whatever there is: the council office, and who may set a case right.
_ALWAYS = ("geschaeftsstelle", "aufsicht")


def reader_for(town: Town, party: str, day: date) -> Reader:
    """The reader `party` on `day`: for themselves, their organisations, and those for whom they stand in.

    Offices, those who hold a function, and who works with one of them are the administration.
    """
    own = {party, *town.organisations(party, day)}
    known = (town.parties.get(key) for key in own)
    inside = any(one is not None and one.kind == "office" for one in known)
    inside = inside or not own.isdisjoint(town.functions.values())
    return Reader(inside, day, frozenset(own) | town.represented(party, day), town.key)


def sees_all(town: Town, reader: Reader) -> bool:
    """Whether a reader is concerned in every case of the town: whoever may read whatever there is."""
    return reader.body == town.key and not _Circle(town).concerned((), ()).isdisjoint(reader.parties)


def publicity_of_line(line: Sequence[Known], paper: Row | None, concerned: frozenset[str] = frozenset()) -> Publicity:
    """What is known of a case and those above it (`line`, the case first) and of the paper they are about."""
    return _of_line(line, tuple(map(facts_of, line)), paper, concerned)


def _of_line(
    line: Sequence[Known], facts: tuple[Facts, ...], paper: Row | None, concerned: frozenset[str]
) -> Publicity:
    case = line[0]
    records = [*(known.record for known in line if known.record is not None), *([] if paper is None else [paper])]
    return Publicity(
        cases=tuple(bool(known.row["public"]) for known in line),
        records=tuple(record.get("public") for record in records),
        facts=facts,
        embargoes=tuple(known.embargo for known in line if known.embargo is not None),
        concerned=concerned,
        answered=is_answered({PUBLISHED: (paper or {}).get(PUBLISHED), **facts[0]})
        and is_as_made_known(case.lifecycle, facts[0]),
        undisclosed=facts[0].get(UNDISCLOSED) is True,
        body=case.row["body"],
        askers=frozenset(one for known in facts for name in ORIGINATORS if isinstance(one := known.get(name), str)),
    )


def publicity_of_family(line: Sequence[Known], below: Sequence[Known], paper: Row | None, town: Town) -> Publicity:
    """As `publicity_of_line`, with who is concerned and what is private, for the cases below it are known as well."""
    return _of_family(line, below, paper, _Circle(town))


def _of_family(line: Sequence[Known], below: Sequence[Known], paper: Row | None, circle: "_Circle") -> Publicity:
    family = [(known, facts_of(known)) for known in (*line, *below)]
    named = _all_named(family)
    private = _private(circle.town, family, named)
    facts = tuple(facts for _, facts in family[: len(line)])
    return _of_line(line, facts, paper, circle.concerned(family, named))._replace(private=private)


def private_of(family: Iterable[Known], town: Town) -> Private | None:
    """What is private in these cases: what they say is, and the citizens whom they name; None: nothing."""
    known = [(one, facts_of(one)) for one in family]
    return _private(town, known, _all_named(known))


def _all_named(family: Iterable[tuple[Known, Facts]]) -> frozenset[str]:
    fields = ((field, facts) for known, facts in family for field in known.lifecycle.naming if field.name in facts)
    return frozenset(party for field, facts in fields for party in _named(field, facts))


def _private(town: Town, family: Iterable[tuple[Known, Facts]], named: frozenset[str]) -> Private | None:
    known = [facts for _, facts in family]
    said = [str(one) for facts in known if (given := facts.get(PRIVATE)) for one in _listed(given)]
    citizens = named & town.citizens
    if not said and not citizens:
        return None
    keys = citizens.union(one for one in said if one in town.parties and town.parties[one].kind == "person")
    names, streets = said_in(known, PRIVATE, town)
    names = names.union(town.names[one] for one in citizens)
    return Private(tuple(sorted(names)), keys, official(town), tuple(sorted(streets)))


def official(town: Town) -> tuple[str, ...]:
    """Addresses of offices and bodies, which are nobody's own."""
    return tuple(party.email for party in town.parties.values() if party.kind != "person" and party.email)


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else [value]


def publicity_of(
    connection: Connection, case_ids: Iterable[str], lifecycles: Lifecycles, towns: Callable[[str], Town]
) -> dict[str, Publicity]:
    """The publicity of these cases by their ids, in a handful of statements; what there is not is left out."""
    wanted = set(case_ids)
    if not wanted:
        return {}
    kin = Kin(connection, wanted, lifecycles)
    circle = cache(lambda body: _Circle(towns(body)))
    return {case_id: _publicity(kin, case_id, circle) for case_id in wanted if case_id in kin}


def _publicity(kin: Kin, case_id: str, circle: Callable[[str], "_Circle"]) -> Publicity:
    case, above = kin.of(case_id), kin.above(case_id)
    known = _of_family((case, *above), kin.below(case_id), kin.paper(case_id), circle(case.row["body"]))
    return known._replace(internal=any(_is_internal(one) for one in (case, *above)))


def _is_internal(known: Known) -> bool:
    """Whether the case stands in a state of which the lifecycle tells the public nothing."""
    state = known.lifecycle.states.get(known.row["state"])
    return state is None or state.public is None


class _Circle:
    """Who in a town is concerned in which case; what holds for many cases is looked up once."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._always = frozenset(party for role in _ALWAYS for party in town.holders(role, {}))
        self._over = cache(self._above)
        self._holding = cache(lambda role, fact, held: town.holders(role, {} if held is None else {fact: held}))
        #: By the id of the lifecycle, which does not go away while it is here: each role, the fact that may name it and
        #: the one that may say of which day.
        self._roles: dict[int, tuple[Lifecycle, list[tuple[str, str, str]]]] = {}

    def concerned(self, family: Iterable[tuple[Known, Facts]], named: Iterable[str]) -> frozenset[str]:
        """Whoever owns one of the cases, may act on it, is `named` by it or told of it; those above their offices."""
        found = {*self._always, *named}
        for known, facts in family:
            if known.row["owner"]:
                found.add(known.row["owner"])
            for role, fact, day in self._acting(known.lifecycle):
                if day:
                    found.update(self.town.holders(role, facts))
                    continue
                held = facts.get(fact)
                found.update(self._holding(role, fact, tuple(held) if isinstance(held, list) else held))
        return frozenset(found.union(*map(self._over, found)))

    def _above(self, party: str) -> tuple[str, ...]:
        if party not in self.town.parties:
            return ()
        over = (related(self.town, party, relation) for relation in RELATIONS)
        return tuple(one for one in over if one is not None)

    def _acting(self, lifecycle: Lifecycle) -> list[tuple[str, str, str]]:
        if id(lifecycle) not in self._roles:
            parts = ((role, *role.split("."), "", "") for role in _roles(lifecycle))
            self._roles[id(lifecycle)] = (lifecycle, [(role, fact, day) for role, fact, _, day, *_ in parts])
        return self._roles[id(lifecycle)][1]


def _roles(lifecycle: Lifecycle) -> frozenset[str]:
    """The roles that own a case, may act on it, or are told of it."""
    tells = [tell for deadline in lifecycle.deadlines.values() for tell in deadline.tell]
    tells += [tell for event in lifecycle.events.values() for way in event.ways for tell in way.tell]
    named = {role for tell in tells for role in tell.to}
    named |= {role for event in lifecycle.events.values() for role in event.by}
    named |= {state.owner for state in lifecycle.states.values() if state.owner}
    return frozenset(named - {AUTOMATIC, OWNER} - invited_in(lifecycle))


def _named(field: Field, facts: Facts) -> Iterator[str]:
    """The parties that a field holds, also within its records."""
    value = facts.get(field.name)
    if field.type in PARTIES and value is not None:
        yield from (value,) if isinstance(value, str) else value
    for row in value if field.parts and isinstance(value, list) else ():
        for part in field.parts:
            yield from _named(part, row)


def facts_of(known: Known) -> dict[str, object]:
    """The facts of a case, and what lies in its typed record under the names that the lifecycle gives it."""
    record: Mapping[str, object] = known.record or {}
    facts = {name: record.get(column) for name, column in known.lifecycle.columns.items()}
    facts.update(known.row["facts"])
    return {name: value for name, value in facts.items() if value is not None}
