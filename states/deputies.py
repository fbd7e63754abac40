"""Who stands in for whom, and who is above whom: absences with dates, standing deputies, heads of offices. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config.errors import Refusal

if TYPE_CHECKING:
    from .step import Actor
    from .town import Party, Town

#: Who is meant by ``<role>.leitung``: the head of the office that holds the role; without one, the office itself.
HEAD = "leitung"
#: Who is meant by ``<role>.dezernent``: the head of the Dezernat above that office; without one, of the administration.
DEZERNENT = "dezernent"
RELATIONS = (HEAD, DEZERNENT)
#: Who is meant by ``<role>.mitglieder``: all who belong to the body; where none are entered, the body itself. With a
#: date field behind it (``<role>.mitglieder.<field>``) those of that day, if it is ahead.
MEMBERS = "mitglieder"
#: Classification of an organisation that is a Dezernat.
DEZERNAT = "dezernat"
#: Whom the relation to a Dezernat falls to where no Dezernat is known.
_ABOVE_ALL = "verwaltungsleitung"
#: Organisations above an office; more is a circle.
_MOST_LEVELS = 20


class Absence(NamedTuple):
    """A person is away from the first day to the last (inclusive); `deputy`: who stands in, unless the standing one."""

    first: date
    last: date
    deputy: str | None = None


class Told(NamedTuple):
    """Who gets a message, and for whom where they stand in for somebody."""

    party: str
    represents: str | None = None

    def added_to(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a template must know of a message, and for whom its recipient stands in."""
        return params if self.represents is None else {**params, "represents": self.represents}


def plain_role(role: str) -> str:
    """``federfuehrung`` of ``federfuehrung.leitung``: the role that an office holds; others as they are."""
    base, _, relation = role.partition(".")
    return base if relation.partition(".")[0] == MEMBERS or relation in RELATIONS else role


def absence(town: "Town", person: str, today: date) -> Absence | None:
    """The absence of `person` on `today`; None: they are there."""
    return next((one for one in town.absences.get(person, ()) if one.first <= today <= one.last), None)


def stand_in(town: "Town", person: str, today: date) -> str | None:
    """Who stands in for `person`, who is away: their deputy, or that one's where they are away too.

    Without any deputy that is there it is the office of the person; None: nobody.
    """
    seen, current = {person}, person
    while away := absence(town, current, today):
        deputy = away.deputy or town.parties[current].deputy
        if deputy is None or deputy in seen or deputy not in town.parties:
            return next(iter(offices_of(town, person, today)), None)
        seen.add(deputy)
        current = deputy
    return current


def told(town: "Town", parties: Iterable[str], today: date) -> list[Told]:
    """Who is told when `parties` are meant: each, and who stands in for those that are away. Everybody once."""
    if not town.absences:
        return [Told(party) for party in dict.fromkeys(parties)]
    found: dict[str, Told] = {}
    for party in parties:
        found[party] = Told(party)
        if party in town.absences and absence(town, party, today):
            deputy = stand_in(town, party, today)
            if deputy is not None:
                found.setdefault(deputy, Told(deputy, party))
    return list(found.values())


def deputies_of(town: "Town", person: str, today: date) -> frozenset[str]:
    """Who may act for `person` on `today`: a standing deputy always, that of an absence during it.

    During an absence for which nobody is named that is there, the office of the person.
    """
    if person not in town.parties:
        return frozenset()
    away = absence(town, person, today)
    named = (
        town.parties[person].deputy,
        away.deputy if away else None,
        stand_in(town, person, today) if away else None,
    )
    return frozenset(one for one in named if one is not None)


def without_mandate(town: "Town", actor: "Actor", today: date) -> Refusal | None:
    """Why `actor` may not act for whom they say they represent; None: they represent nobody, or may on `today`.

    A service answers for itself, and of persons whom the town does not know the host knows more.
    """
    represented = actor.on_behalf_of
    if actor.kind != "person" or represented not in town.parties or represented is None:
        return None
    if town.may_represent(actor.key, represented, today):
        return None
    return Refusal("deputy_without_mandate", {"person": actor.key, "represented": represented})


def represented_by(town: "Town", deputy: str, today: date) -> frozenset[str]:
    """The persons who are away on `today` and for whom `deputy` stands in."""
    return frozenset(
        person for person in town.absences if absence(town, person, today) and stand_in(town, person, today) == deputy
    )


def related(town: "Town", holder: str, relation: str) -> str | None:
    """The party that stands in `relation` (`RELATIONS`) to the holder of a role; None: there is nobody."""
    office = _office(town, holder)
    if relation == HEAD:
        return (office.head or office.key) if office else None
    above = next((one for one in _upwards(town, office) if _is_dezernat(one)), None)
    return (above.head or above.key) if above else town.functions.get(_ABOVE_ALL)


def _office(town: "Town", holder: str) -> "Party | None":
    party = town.parties.get(holder)
    if party is None or party.kind != "person":
        return party
    places = (town.parties[place] for place, _, _ in town.memberships.get(holder, ()) if place in town.parties)
    return next((place for place in places if place.kind == "office"), None)


def offices_of(town: "Town", person: str, today: date) -> list[str]:
    """The offices to which `person` belongs on `today`; no committees, councils, factions."""
    return sorted(key for key in town.organisations(person, today) if town.parties[key].kind == "office")


def _upwards(town: "Town", office: "Party | None") -> "Iterator[Party]":
    """The office and those above it, the nearest first."""
    for _ in range(_MOST_LEVELS):
        if office is None:
            return
        yield office
        office = town.parties.get(office.parent or "")


def _is_dezernat(party: "Party") -> bool:
    return (party.classification or "").casefold().startswith(DEZERNAT)
