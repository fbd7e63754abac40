"""Changing the master data: a municipality's profile, and rosters from files; repeating either changes nothing more."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from ..config.errors import AuthorError, ConflictError, Finding, ForbiddenError
from ..config.profiles import UNNAMED_DOMAIN, Profile
from ..config.roster import Place, Roster, of_profile
from ..notifications.recipients import domain_of
from ..states.records import Body
from ..states.roster_changes import Plan, planned
from ..states.roster_checks import Surroundings, findings_of
from ..states.roster_store import Act, Concern, OpenCase, functions_of, open_cases, read_state, write
from ..states.step import Actor
from ..states.tables import table_of
from .workflow import Workflow

_BODY = table_of(Body)
#: So many open cases of an organisation that is to end are named.
_NAMED = 10
#: What is told of them where an organisation has ended already, and where its end is still ahead.
_LEFT_OPEN: Mapping[Concern, tuple[str, str]] = {
    "lies": ("org_open_cases", "org_open_cases_soon"),
    "session": ("org_sessions_left", "org_sessions_left_soon"),
    "meant": ("org_meant_cases", "org_meant_cases"),
}
#: With these it cannot end.
_PREVENTING = frozenset({"org_open_cases", "org_sessions_left"})


class Prepared(NamedTuple):
    """What an import would change, and what whoever does it should know."""

    plan: Plan
    notices: tuple[Finding, ...]


def import_profile(workflow: Workflow, profile: Profile) -> None:
    """Make `profile` a body of the database: its functions, terms, organisations, persons and memberships.

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


def prepare(workflow: Workflow, body: str, roster: Roster) -> Prepared:
    """What `roster` would change in the master data of `body`; nothing is written.

    Raises:
        AuthorError: with everything that is wrong in it, or that it would break.
    """
    with workflow.database.reading() as connection:
        return _prepare(workflow, connection, body, roster, workflow.today(body))


def carry_out(workflow: Workflow, body: str, roster: Roster, *, shown: Plan, actor: Actor | None) -> Plan:
    """Write what `shown` has shown, all of it or nothing; actor None: the operator of the installation.

    Raises:
        AuthorError: as in `prepare`.
        ConflictError: the master data have changed since, and something else would be written.
    """
    now, today = workflow.clock.now(), workflow.today(body)
    with workflow.database.writing() as connection:
        plan = _prepare(workflow, connection, body, roster, today).plan
        if plan.changes != shown.changes:
            raise ConflictError("org_changed_meanwhile")
        write(connection, plan, Act(body, now, roster.source, actor.key if actor else None))
    workflow.directory.forget()
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
    plan = planned(stored, roster, today)
    around = Surroundings(today, functions_of(connection, body), *_known_remits(workflow))
    findings = findings_of(plan, stored, around)
    left = _left_open(connection, body, plan, today)
    findings += [one for one in left if one.code in _PREVENTING]
    unread = {_spot(one) for one in roster.findings}
    findings = [*roster.findings, *(one for one in findings if _spot(one) not in unread)]
    if findings:
        raise AuthorError(findings)
    return Prepared(plan, (*roster.notices, *left))


def _spot(finding: Finding) -> tuple[str, int | None, str]:
    """Where a finding stands; a period is one spot, for a day that cannot be read makes both its ends doubtful."""
    prefix, _, name = finding.key.rpartition(".")
    return finding.file, finding.line, f"{prefix}.{'period' if name in {'from', 'until'} else name}"


def _known_remits(workflow: Workflow) -> tuple[frozenset[str], frozenset[str]]:
    """The roles of a consultation, and the kinds of paper, as the lifecycles have them."""
    lifecycles = workflow.library.newest.values()
    stops = (one.fields.values() for one in lifecycles if one.record == "consultation")
    roles = {choice for fields in stops for field in fields if field.column == "role" for choice in field.choices}
    return frozenset(roles), frozenset(one.id for one in lifecycles if one.record == "paper")


def _left_open(connection: Connection, body: str, plan: Plan, today: date) -> list[Finding]:
    """Organisations that end with open cases; where the end is still ahead, there is time."""
    ends = {
        one.key: one.after["until"]
        for one in plan.changes
        if one.kind == "organization" and one.after.get("until") is not None
    }
    found = []
    for key, until in ends.items():
        place = plan.places.get(("organization", key)) or Place("–", f"organization {key}: ")
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


def _named(cases: list[OpenCase]) -> str:
    """Some of them, by the number or, of a session, the day."""
    named = [f"{one.day:%d.%m.%Y}" if one.day else one.number or one.id for one in cases[:_NAMED]]
    return ", ".join(named) + (" …" if len(cases) > _NAMED else "")


# --- the body itself ---


def _put_body(connection: Connection, profile: Profile) -> None:
    values = _body_values(profile)
    if connection.execute(select(_BODY.c.key).where(_BODY.c.key == profile.key)).first() is not None:
        connection.execute(update(_BODY).where(_BODY.c.key == profile.key).values(**values))
        return
    # Chosen when a municipality is founded: mails of before must stay recognisable by their Message-ID.
    domain = domain_of(profile.sender) or UNNAMED_DOMAIN
    connection.execute(insert(_BODY).values(key=profile.key, message_domain=domain, **values))


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
