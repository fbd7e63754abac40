"""Reads profiles of municipalities from TOML files: ``config/profiles/`` and folders of the municipality.

What would fail later at night, when a reminder is to be sent, is found here: functions that nobody holds, offices
without an address, rules that do not exist. All mistakes of all files are reported together.
"""

import re
import string
from collections.abc import Iterable, Sequence
from datetime import date
from email.utils import parseaddr
from importlib.resources import files
from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo

from .calendars import LANDS
from .errors import VorgangError
from .profiles import (
    ORGANIZATION_TYPES,
    PAPER_KINDS,
    Membership,
    NumberPattern,
    Organization,
    Person,
    Profile,
    Profiles,
    Term,
)
from .reader import Source, Table, meant, raise_findings, read_folder
from .roles import known_roles
from .rule_files import shipped_rules
from .rules import RuleSets
from .text import LANGS, Lang

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_NUMBER_FIELDS = ("number", "year", "yy")


def load_profiles(folders: Sequence[Traversable] = (), *, rules: RuleSets | None = None) -> Profiles:
    """The shipped profiles and those of the given folders; a later folder replaces the same key.

    `rules` are the known rule sets that profiles may name; default: the shipped ones.

    Raises:
        AuthorError: with every mistake of every file.
    """
    known = rules or shipped_rules()
    profiles: dict[str, Profile] = {}
    sources: list[Source] = []
    for folder in (files(__package__) / "profiles", *folders):
        here: dict[str, str] = {}
        for source in read_folder(folder):
            sources.append(source)
            profile = _profile(source, known)
            if profile.key in here:
                source.find("profile_double", "key", profile=profile.key, other=here[profile.key])
            here[profile.key] = source.file
            profiles[profile.key] = profile
    raise_findings(sources)
    return Profiles(profiles.values())


def _profile(source: Source, known: RuleSets) -> Profile:
    table = Table(source, source.parse())
    organizations = tuple(_organization(one) for one in table.tables("organization"))
    persons = tuple(_person(one) for one in table.tables("person"))
    profile = Profile(
        key=_key(table),
        name=table.string("name"),
        short_name=table.string("short_name"),
        land=table.one_of("land", LANDS),
        zone=_zone(table),
        rules=table.string("rules"),
        sender=_sender(table),
        functions=_functions(table.table("functions", required=True)),
        numbers={kind: _numbers(one) for kind, one in table.table("numbers").entries()},
        papers=_papers(table.table("papers")),
        titles=_titles(table.table("titles")),
        organizations=organizations,
        persons=persons,
        terms=tuple(_term(one) for one in table.tables("term")),
    )
    table.close()
    _check_keys(table, profile)
    _check_references(table, profile)
    _check_functions(table, profile)
    _check_rules(table, profile, known)
    return profile


def _organization(table: Table) -> Organization:
    organization = Organization(
        key=_key(table),
        name=table.string("name"),
        organization_type=table.one_of("type", ORGANIZATION_TYPES),
        short_name=table.optional("short_name"),
        classification=table.optional("classification"),
        email=_email(table) if "email" in table.data else table.optional("email"),
        parent=table.optional("parent"),
        head=table.optional("head"),
        lang=_lang(table),
        start=table.day("from"),
        end=table.day("until"),
        seats=_count(table, "seats"),
        voting_seats=_count(table, "voting_seats"),
        remit_roles=table.names("remit_roles") or None,
        remit_kinds=table.names("remit_kinds") or None,
    )
    if organization.organization_type == "Verwaltungsbereich" and not organization.email:
        table.find("profile_email_missing", "email", name=organization.name)
    _check_period(table, organization.start, organization.end)
    table.close()
    return organization


def _person(table: Table) -> Person:
    person = Person(
        key=_key(table),
        name=table.string("name"),
        email=_email(table),
        form_of_address=table.optional("form_of_address"),
        also_written=table.names("also_written"),
        deputy=table.optional("deputy"),
        memberships=tuple(_membership(one) for one in table.tables("memberships")),
        lang=_lang(table),
    )
    table.close()
    return person


def _membership(table: Table) -> Membership:
    membership = Membership(
        organization=table.string("organization"),
        role=table.optional("role"),
        start=table.day("from"),
        end=table.day("until"),
        voting=table.flag("voting") is not False,
        on_behalf_of=table.optional("on_behalf_of"),
    )
    _check_period(table, membership.start, membership.end)
    table.close()
    return membership


def _term(table: Table) -> Term:
    term = Term(
        key=_key(table),
        name=table.string("name"),
        start=table.day("from", required=True) or date.min,
        end=table.day("until"),
    )
    _check_period(table, term.start, term.end)
    table.close()
    return term


def _check_period(table: Table, start: date | None, end: date | None) -> None:
    if start and end and end < start:
        table.find("profile_period", "until")


def _count(table: Table, key: str) -> int | None:
    """A number of members, or None."""
    if table.raw(key) is None:
        return None
    count = table.integer(key)
    if count < 1:
        table.find("profile_count", key, value=count)
    return count


def _key(table: Table) -> str:
    key = table.string("key")
    if key and not _KEY.fullmatch(key):
        table.find("profile_key", "key", value=key)
    return key


def _email(table: Table) -> str:
    address = table.string("email")
    if address and not _ADDRESS.fullmatch(address):
        table.find("profile_email", "email", value=address)
    return address


def _lang(table: Table) -> Lang | None:
    """The language of a party; what is neither of the two is a finding."""
    given = table.one_of("lang", LANGS) if "lang" in table.data else table.optional("lang")
    return "en" if given == "en" else "de" if given else None


def _sender(table: Table) -> str:
    sender = table.string("sender")
    if sender and not (sender.isprintable() and _ADDRESS.fullmatch(parseaddr(sender)[1])):
        table.find("profile_email", "sender", value=sender)
    return sender


def _zone(table: Table) -> str:
    zone = table.string("zone", "Europe/Berlin")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown, no name of a zone at all, a folder of zones
        table.find("profile_zone", "zone", value=zone)
    return zone


def _functions(table: Table) -> dict[str, str]:
    return {role: table.string(role) for role in table.data}


def _numbers(table: Table) -> NumberPattern:
    pattern = NumberPattern(pattern=table.string("pattern"), followup=table.string("followup", "-{number}"))
    table.close()
    parts = (("pattern", pattern.pattern, _NUMBER_FIELDS), ("followup", pattern.followup, _NUMBER_FIELDS[:1]))
    for key, value, allowed in parts:
        if key in table.data and not _is_number_pattern(value, allowed):
            table.find("profile_number", key, value=value, known=", ".join(allowed))
    return pattern


def _titles(table: Table) -> dict[str, str]:
    """What papers are called, by kind."""
    for kind in table.data.keys() - PAPER_KINDS.keys():
        known = ", ".join(PAPER_KINDS)
        table.find("profile_paper", kind, value=kind, known=known, meant=meant(kind, PAPER_KINDS))
    return {kind: table.string(kind) for kind in table.data}


def _papers(table: Table) -> dict[str, str]:
    """The layouts of papers; whether there are such files is known only where the papers are made."""
    found = _titles(table)
    for kind, name in found.items():
        if name and not _KEY.fullmatch(name):
            table.find("profile_key", kind, value=name)
    return found


def _is_number_pattern(pattern: str, allowed: tuple[str, ...]) -> bool:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        pattern.format(number=1, year=2024, yy="24")
    except (ValueError, LookupError, AttributeError):
        return False
    return "number" in names and names <= set(allowed)


def _check_keys(table: Table, profile: Profile) -> None:
    """Persons and organisations are named alike in cases, so their keys are one set."""
    places = [(f"organization[{i}].key", one.key) for i, one in enumerate(profile.organizations)]
    places += [(f"person[{i}].key", one.key) for i, one in enumerate(profile.persons)]
    seen: set[str] = set()
    for place, key in places:
        if key in seen:
            table.find("profile_key_double", place, value=key)
        seen.add(key)


def _check_references(table: Table, profile: Profile) -> None:
    keys = [organization.key for organization in profile.organizations]
    named = [(f"functions.{role}", key) for role, key in profile.functions.items()]
    named += [(f"organization[{i}].parent", one.parent) for i, one in enumerate(profile.organizations) if one.parent]
    named += [
        (f"person[{i}].memberships[{j}].organization", membership.organization)
        for i, person in enumerate(profile.persons)
        for j, membership in enumerate(person.memberships)
    ]
    named += [
        (f"person[{i}].memberships[{j}].on_behalf_of", membership.on_behalf_of)
        for i, person in enumerate(profile.persons)
        for j, membership in enumerate(person.memberships)
        if membership.on_behalf_of
    ]
    for place, key in named:
        if key and key not in keys:
            table.find("profile_organization", place, value=key, known=", ".join(keys), meant=meant(key, keys))
    _check_persons(table, profile)


def _check_persons(table: Table, profile: Profile) -> None:
    """Heads and deputies are persons of the profile, and nobody stands in for themselves."""
    keys = [person.key for person in profile.persons]
    named = [(f"organization[{i}].head", one.head, "") for i, one in enumerate(profile.organizations)]
    named += [(f"person[{i}].deputy", one.deputy, one.key) for i, one in enumerate(profile.persons)]
    for place, key, of in named:
        if key and (key not in keys or key == of):
            table.find("profile_person", place, value=key, known=", ".join(keys), meant=meant(key, keys))


def _check_functions(table: Table, profile: Profile) -> None:
    roles = known_roles()
    for name in profile.functions.keys() - roles.keys():
        table.find("profile_role", f"functions.{name}", value=name, known=", ".join(roles), meant=meant(name, roles))
    for role in roles.values():
        if role.required and role.id not in profile.functions:
            table.find("profile_function_missing", "functions", role=role.id, label=role.label)
    for organization in _holders(profile):
        if not organization.email and organization.organization_type != "Verwaltungsbereich":
            table.find("profile_email_missing", f"functions.{organization.key}", name=organization.name)


def _holders(profile: Profile) -> Iterable[Organization]:
    return (one for one in profile.organizations if one.key in profile.functions.values())


def _check_rules(table: Table, profile: Profile, known: RuleSets) -> None:
    if not profile.rules:
        return
    try:
        newest = known.versions(profile.rules)[-1]
        calendar = known.pinned(newest.id, newest.version, land=profile.land).calendar
    except VorgangError as error:
        table.find(error.code, "rules", **error.params)
        return
    if option := calendar.unsaid:
        table.find("profile_local_holiday", "rules", option=option, rules=profile.rules)
