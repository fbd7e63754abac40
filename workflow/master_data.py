"""Changing the master data: a municipality's profile, and rosters from files; repeating either changes nothing more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from ..config.errors import AuthorError, ConflictError, Finding, ForbiddenError
from ..config.profiles import UNNAMED_DOMAIN, Profile
from ..config.roster import FIELDS, UNPLACED, Place, Roster, State, as_known, of_profile
from ..config.roster_files import plain
from ..config.roster_kinds import Kind
from ..notifications.recipients import domain_of
from ..states.directory import OFFICE_TYPES
from ..states.records import Body
from ..states.roster_changes import Plan, ended, lasts_longer, planned
from ..states.roster_checks import Surroundings, findings_of
from ..states.roster_store import (
    Act,
    Concern,
    OpenCase,
    ended_with,
    functions_of,
    left_with,
    lock,
    open_cases,
    read_state,
    write,
)
from ..states.step import Actor
from ..states.tables import table_of
from .sessions import invite_newcomers
from .workflow import Workflow

_BODY = table_of(Body)
#: So many open cases of an organisation that is to end are named, and so many people.
_NAMED = 10
_FACTION = "Fraktion"
#: What is told of them where an organisation has ended already, and where its end is still ahead.
_LEFT_OPEN: Mapping[Concern, tuple[str, str]] = {
    "lies": ("org_open_cases", "org_open_cases_soon"),
    "session": ("org_sessions_left", "org_sessions_left_soon"),
    "led": ("org_led_cases", "org_led_cases"),
    "meant": ("org_meant_cases", "org_meant_cases"),
}
#: What is told of them once it has ended.
_STILL_OPEN: Mapping[Concern, str] = {"lies": "org_lies_with_ended", "led": "org_led_with_ended"}
#: What the ends of a period are called.
_PERIOD = frozenset(
    plain(name)
    for field in FIELDS["membership"]
    if field.name in {"from", "until"}
    for name in (field.name, *field.headers)
)
#: What compares the periods of several rows: nothing can be said of it where a day cannot be read.
_OF_PERIODS = frozenset({"org_overlap", "org_terms_overlap", "org_outside", "org_head_left", "org_deputy_left"})
#: With these it cannot end.
_PREVENTING = frozenset({"org_open_cases", "org_sessions_left"})


class Prepared(NamedTuple):
    """What an import would change, and what whoever does it should know."""

    plan: Plan
    notices: tuple[Finding, ...]


def import_profile(workflow: Workflow, profile: Profile) -> tuple[Finding, ...]:
    """Make `profile` a body of the database: its functions, terms, organisations, persons and memberships.

    What whoever does it should know, such as the open cases of a body that is to end, is handed back.

    Parties are recognised by their key; none is deleted, so that old cases keep their names. A membership of a person
    of the profile that the profile no longer names ended yesterday.

    Raises:
        AuthorError: it cannot be, or would break what there is.
    """
    now = workflow.clock.now()
    roster = of_profile(profile)
    with workflow.database.writing() as connection:
        _put_body(connection, profile)
        found = _prepare(workflow, connection, profile.key, roster, now.astimezone(profile.tz).date())
        write(connection, found.plan, Act(profile.key, now, roster.source))
    workflow.directory.forget()
    invite_newcomers(workflow, profile.key)
    return found.notices


def prepare(workflow: Workflow, body: str, roster: Roster) -> Prepared:
    """What `roster` would change in the master data of `body`; nothing is written.

    Raises:
        AuthorError: with everything that is wrong in it, or that it would break.
    """
    today = workflow.today(body)
    with workflow.database.reading() as connection:
        found = _prepare(workflow, connection, body, roster, today)
    return found._replace(notices=(*found.notices, *_without_address(found.plan, today)))


def carry_out(workflow: Workflow, body: str, roster: Roster, *, shown: Plan, actor: Actor | None) -> Plan:
    """Write what `shown` has shown, all of it or nothing; actor None: the operator of the installation.

    Raises:
        AuthorError: as in `prepare`.
        ConflictError: the master data have changed since, and something else would be written.
    """
    now, today = workflow.clock.now(), workflow.today(body)
    with workflow.database.writing() as connection:
        lock(connection, body)
        plan = _prepare(workflow, connection, body, roster, today).plan
        if plan.changes != shown.changes:
            raise ConflictError("org_changed_meanwhile")
        write(connection, plan, Act(body, now, roster.source, actor.key if actor else None))
    workflow.directory.forget()
    invite_newcomers(workflow, body)
    return plan


def require_right(workflow: Workflow, body: str, actor: Actor) -> None:
    """That `actor` may change the master data: the council office and the supervisor may.

    Raises:
        ForbiddenError: the actor belongs to neither.
    """
    town = workflow.directory.town(body)
    if not actor.parties & {*town.holders("geschaeftsstelle", {}), *town.holders("aufsicht", {})}:
        raise ForbiddenError("org_not_yours", actor=actor.key)


def _prepare(  # everything that a roster is measured by
    workflow: Workflow, connection: Connection, body: str, roster: Roster, today: date
) -> Prepared:
    if roster.torn:
        raise AuthorError(roster.findings)
    stored = read_state(connection, body)
    roles, kinds = _known_remits(workflow)
    with_body = ended_with(connection, body, _with_new_end(roster, stored))
    plan = planned(stored, as_known(roster, {"remit_roles": roles, "remit_kinds": kinds}), today, with_body)
    around = Surroundings(today, functions_of(connection, body), roles, kinds)
    findings = findings_of(plan, stored, around)
    left = _left_open(connection, body, plan, today)
    findings += [one for one in left if one.code in _PREVENTING]
    if findings := [*roster.findings, *_besides(roster.findings, findings)]:
        raise AuthorError(findings)
    return Prepared(plan, (*roster.notices, *left, *_left_behind(plan)))


def _besides(unread: Sequence[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """What is wrong besides the values that cannot be read, and does not perhaps come of them."""
    spots = {_spot(one) for one in unread}
    for one in found:
        doubtful = bool(unread) and (one.file == UNPLACED or one.code in _OF_PERIODS)
        if not doubtful and _spot(one) not in spots:
            yield one


def _spot(finding: Finding) -> tuple[str, int | None, str]:
    """Where a finding stands; a period is one spot, for a day that cannot be read makes both its ends doubtful."""
    prefix, _, name = finding.key.rpartition(".")
    return finding.file, finding.line, f"{prefix}.{'period' if plain(name) in _PERIOD else name}"


def _known_remits(workflow: Workflow) -> tuple[frozenset[str], frozenset[str]]:
    """The roles of a consultation, and the kinds of paper, as the lifecycles have them."""
    lifecycles = workflow.library.newest.values()
    stops = (one.fields.values() for one in lifecycles if one.record == "consultation")
    roles = {choice for fields in stops for field in fields if field.column == "role" for choice in field.choices}
    return frozenset(roles), frozenset(one.id for one in lifecycles if one.record == "paper")


def _with_new_end(roster: Roster, stored: State) -> list[str]:
    """The organisations that were to end, and of whose end the roster says something else."""
    said = {
        row.values["key"]: row.values["until"]
        for row in roster.rows
        if row.kind == "organization" and "until" in row.values
    }
    ends = {key: row["until"] for key, row in stored["organization"].items() if row["until"] is not None}
    return [key for key in said.keys() & ends.keys() if said[key] != ends[key]]


def _left_behind(plan: Plan) -> Iterator[Finding]:
    """Organisations that last longer than was said, with memberships that end on the former day all the same."""
    for one in plan.changes:
        former = one.before.get("until")
        if one.kind != "organization" or not lasts_longer(former, one.after.get("until", former)):
            continue
        people = sorted(
            row["person"]
            for id, row in plan.after["membership"].items()
            if (row["organization"], row["until"]) == (one.key, former) and ("membership", id) not in plan.places
        )
        if people:
            place = plan.places.get(("organization", one.key)) or Place(UNPLACED, f"organization {one.key}: ")
            persons = _some(people)
            yield place.finding(
                "org_members_end",
                "until",
                organization=one.key,
                day=f"{former:%d.%m.%Y}",
                count=len(people),
                persons=persons,
            )


def _without_address(plan: Plan, today: date) -> Iterator[Finding]:
    """Factions, and members of bodies and factions, who are entered or changed and cannot be written to; by file."""
    silent = defaultdict[str, list[str]](list)
    told = set[tuple[Kind, str]]()
    written_to = _written_to(plan.after, today)
    for one in plan.changes:
        whose: tuple[Kind, str] = one.kind, one.key
        if one.kind == "membership" and one.action == "new":
            whose = "person", plan.after["membership"][one.key]["person"]
        place = plan.places.get((one.kind, one.key))
        if whose in written_to - told and place is not None and not plan.after[whose[0]][whose[1]]["email"]:
            silent[place.file].append(plan.after[whose[0]][whose[1]]["name"])
            told.add(whose)
    for file, names in silent.items():
        params = {"count": len(names), "names": _some(names)}
        yield Place(file).finding("org_without_address", "email", **params)


def _written_to(state: State, today: date) -> frozenset[tuple[Kind, str]]:
    """The factions, and the members of whatever is no office, of today and later."""
    places = state["organization"]
    rows = [row for row in state["membership"].values() if not ended(row, today)]
    people = {row["person"] for row in rows if places[row["organization"]]["type"] not in OFFICE_TYPES}
    factions = {key for key, row in places.items() if row["type"] == _FACTION and not ended(row, today)}
    kinds: tuple[tuple[Kind, set[str]], ...] = (("person", people), ("organization", factions))
    return frozenset((kind, key) for kind, keys in kinds for key in keys)


def _left_open(connection: Connection, body: str, plan: Plan, today: date) -> list[Finding]:
    """Organisations that end with open cases; where the end is still ahead, there is time."""
    ends = {
        one.key: one.after["until"]
        for one in plan.changes
        if one.kind == "organization" and one.after.get("until") is not None
    }
    found = []
    for key, until in ends.items():
        place = plan.places.get(("organization", key)) or Place(UNPLACED, f"organization {key}: ")
        cases = [one for one in open_cases(connection, body, key) if one.day is None or one.day > until]
        by_code = [
            (codes[until >= today], [one for one in cases if one.how == how]) for how, codes in _LEFT_OPEN.items()
        ]
        found += [
            place.finding(code, "until", organization=key, count=len(own), cases=_named(own), day=f"{until:%d.%m.%Y}")
            for code, own in by_code
            if own
        ]
    return found


def left_with_ended(connection: Connection, body: str, state: State, today: date) -> Iterator[Finding]:
    """Organisations that have ended with which open cases still lie, or which still lead them."""
    gone = {key: row for key, row in state["organization"].items() if ended(row, today)}
    found = defaultdict[tuple[str, Concern], list[OpenCase]](list)
    for key, case in left_with(connection, body, sorted(gone)) if gone else ():
        found[key, case.how].append(case)
    for (key, how), cases in sorted(found.items()):
        said = {"name": gone[key]["name"], "day": f"{gone[key]['until']:%d.%m.%Y}"}
        said |= {"count": len(cases), "cases": _named(cases)}
        yield Finding(code=_STILL_OPEN[how], file=body, key=key, params=said)


def _named(cases: list[OpenCase]) -> str:
    """Some of them, by the number or, of a session, the day; the next ones first."""
    ordered = sorted(cases, key=lambda one: (one.day or date.min, one.number or one.id))
    return _some([f"{one.day:%d.%m.%Y}" if one.day else one.number or one.id for one in ordered])


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:_NAMED]) + (" …" if len(words) > _NAMED else "")


# --- the body itself ---


def _put_body(connection: Connection, profile: Profile) -> None:
    """Enter or change the body; whoever does the same at the same time waits, as with `lock`."""
    values = _body_values(profile)
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # Chosen when a municipality is founded: mails of before must stay recognisable by their Message-ID.
    domain = domain_of(profile.sender) or UNNAMED_DOMAIN
    entered = insert(_BODY).values(key=profile.key, message_domain=domain, **values)
    connection.execute(entered.on_conflict_do_update(index_elements=["key"], set_=values))


def _body_values(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "short_name": profile.short_name,
        "land": profile.land,
        "zone": profile.zone,
        "ruleset": profile.rules,
        "sender": profile.sender,
        "functions": dict(profile.functions),
        "numbers": {kind: asdict(pattern) for kind, pattern in profile.numbers.items()},
    }
