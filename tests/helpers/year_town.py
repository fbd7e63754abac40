"""The made-up town of the synthetic year: its bodies with their seats and members, its offices, and its rule set."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import Membership, Organization, Person, Profile
from vorgang.config.roster import Place, Roster, Row

BODY = "probestadt"
CLERK, MAYOR = "geschaeft", "spitze"
_CLASSES = {"rat": "Parlament", "ausschuss": "Ausschuss", "bezirk": "Bezirksvertretung"}
#: So many seats with a vote have the council and, in turn, its committees.
_COUNCIL, _COMMITTEES = 15, (5, 9, 7, 6, 8, 5, 11)
COUNCIL, DISTRICTS = "rat", ("bezirk01", "bezirk02")
#: The last of them ends before the year does.
ENDS = DISTRICTS[-1]
#: One committee never decides, another one does not deal with proposals for resolutions.
REMITS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ausschuss09": {"remit_roles": ("anhoerung", "kenntnisnahme", "vorberatung")},
    "ausschuss08": {"remit_kinds": ("anfrage", "antrag", "mitteilung")},
}
#: Fewer than there are seats: most members sit in several bodies.
_MEMBERS = 50
#: Who goes in the middle of the year, and who comes in their stead, everywhere.
LEAVES, COMES = "mitglied01", f"mitglied{_MEMBERS + 1:02}"
#: Bodies that have a residents' question time, and never sit behind closed doors.
WITH_RESIDENTS = 3
#: What the neutral rules leave open: how many questions residents may ask, and until when.
_RULES = """\
id         = "probestadt"
version    = "1"
extends    = "neutral"
valid_from = 2000-01-01
label      = { de = "Probestadt", en = "Sample town" }
basis      = { de = "Geschäftsordnung", en = "Rules of procedure" }
source     = "-"

[rule.einwohnerfrage]
label     = { de = "Einreichung einer Einwohnerfrage", en = "Submission of a resident's question" }
event     = { de = "Sitzung", en = "Session" }
length    = 14
unit      = "kalendertage"
direction = "backward"
norm      = { de = "§ 7", en = "§ 7" }

[limit.einwohnerfrage]
questions    = 2
parts        = 2
minutes      = 10
minutes_each = 5
carried      = 1
norm         = { de = "§ 7", en = "§ 7" }
"""


class Size(NamedTuple):
    """How much happens in the year."""

    bodies: int = 12
    offices: int = 10
    factions: int = 6
    inquiries: int = 300
    #: Papers besides: motions, reports, and proposals for resolutions.
    motions: int = 200
    reports: int = 200
    proposals: int = 100
    #: Questions that members, and residents, ask in a session.
    oral: int = 60
    residents: int = 60
    sessions: int = 150


def rules_in(folder: Path) -> Path:
    """A folder with the rule set of the town."""
    (folder / f"{BODY}.toml").write_text(_RULES, "utf-8")
    return folder


def town(size: Size) -> Profile:
    """A town with so many bodies, offices and factions; everybody is made up."""
    base = load_profiles().get("hagen")
    offices = [f"amt{number:02}" for number in range(1, size.offices + 1)]
    seats = seats_of(size)
    factions = [f"fraktion{number}" for number in range(1, size.factions + 1)]
    organizations = [
        *(_organization(key, "Gremium", _CLASSES[key.rstrip("0123456789")], seats[key]) for key in seats),
        *(_organization(key, "Fraktion", "Fraktion") for key in factions),
        *(_organization(key, "Verwaltungsbereich", "Amt") for key in offices),
        *(_organization(key, "Verwaltungsbereich", "Stelle") for key in ("buero", "ob", "leitung", "aufsicht")),
    ]
    persons = [
        _person(CLERK, "buero"),
        _person(MAYOR, "ob"),
        *(_person(f"sb-{key}", key) for key in offices),
        *_members(seats, factions),
    ]
    functions = {
        "geschaeftsstelle": "buero",
        "oberbuergermeister": "ob",
        "verwaltungsleitung": "leitung",
        "aufsicht": "aufsicht",
        "ratsvorsitz": "ob",
    }
    return Profile(
        key=BODY,
        name="Probestadt",
        short_name="Probestadt",
        land=base.land,
        zone=base.zone,
        rules=BODY,
        sender="Probestadt <vorgang@probestadt.example>",
        functions=functions,
        numbers=base.numbers,
        organizations=tuple(organizations),
        persons=tuple(persons),
    )


def seats_of(size: Size) -> dict[str, int]:
    """How many have a vote in each body, by law."""
    bodies = [*(f"ausschuss{n:02}" for n in range(1, size.bodies - len(DISTRICTS))), *DISTRICTS]
    return {COUNCIL: _COUNCIL, **{key: _COMMITTEES[n % len(_COMMITTEES)] for n, key in enumerate(bodies)}}


def _members(seats: dict[str, int], factions: Sequence[str]) -> list[Person]:
    """Everybody in a faction; the seats of the bodies go round among them."""
    where: list[list[str]] = [[factions[number % len(factions)]] for number in range(_MEMBERS)]
    for (body, count), behind in zip(seats.items(), accumulate(seats.values()), strict=True):
        for place in range(behind - count, behind):
            where[place % _MEMBERS].append(body)
    return [_person(f"mitglied{number:02}", *bodies) for number, bodies in enumerate(where, 1)]


def change_of_members(profile: Profile, day: date) -> Roster:
    """From that day on somebody else sits wherever one of the members did."""
    seats = [one.organization for person in profile.persons if person.key == LEAVES for one in person.memberships]
    newcomer = _person(COMES)
    rows: list[tuple[Any, dict[str, Any]]] = [
        ("person", {"key": newcomer.key, "name": newcomer.name, "email": newcomer.email}),
        *(("membership", {"person": LEAVES, "organization": one, "until": day - timedelta(1)}) for one in seats),
        *(("membership", {"person": COMES, "organization": one, "from": day}) for one in seats),
    ]
    places = (Row(kind, values, Place("wechsel", line=line)) for line, (kind, values) in enumerate(rows, 1))
    return Roster(tuple(places), source="wechsel")


def end_of_body(day: date) -> Roster:
    """One of the bodies ends with that day."""
    return Roster((Row("organization", {"key": ENDS, "until": day}, Place("ende", line=1)),), source="ende")


def _organization(key: str, kind: str, classification: str, seats: int | None = None) -> Organization:
    return Organization(
        key=key,
        name=key.title(),
        organization_type=kind,
        classification=classification,
        email=f"{key}@probestadt.example",
        seats=seats,
        remit_roles=REMITS.get(key, {}).get("remit_roles"),
        remit_kinds=REMITS.get(key, {}).get("remit_kinds"),
    )


def _person(key: str, *where: str) -> Person:
    memberships = tuple(Membership(organization=one) for one in where)
    return Person(key=key, name=key.title(), email=f"{key}@probestadt.example", memberships=memberships)
