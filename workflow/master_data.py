"""Reading a municipality's profile into the master data; repeating it changes only what is different."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from ..config.profiles import UNNAMED_DOMAIN, Profile
from ..config.profiles import Organization as ProfileOrganization
from ..config.profiles import Person as ProfilePerson
from ..notifications.recipients import domain_of
from ..states.ids import new_id
from ..states.records import Body, Membership, Organization, Person
from ..states.tables import table_of
from .workflow import Workflow

_BODY, _ORGANIZATION = table_of(Body), table_of(Organization)
_PERSON, _MEMBERSHIP = table_of(Person), table_of(Membership)


def import_profile(workflow: Workflow, profile: Profile) -> None:
    """Make `profile` a body of the database: its functions, organisations, persons and memberships.

    Parties are recognised by their key; none is deleted, so that old cases keep their names. A membership of a person
    of the profile that the profile no longer names ended yesterday.
    """
    now = workflow.clock.now()
    today = now.astimezone(profile.tz).date()
    with workflow.database.writing() as connection:
        _put(connection, _BODY, {"key": profile.key}, {**_body_values(profile), **_chosen_once(connection, profile)})
        organisations = {
            one.key: _put(
                connection,
                _ORGANIZATION,
                {"body": profile.key, "key": one.key},
                _organization_values(one),
                new=new_id(now),
            )
            for one in profile.organizations
        }
        for person in profile.persons:
            person_id = _put(
                connection, _PERSON, {"body": profile.key, "key": person.key}, _person_values(person), new=new_id(now)
            )
            _end_memberships(connection, person_id, {organisations[m.organization] for m in person.memberships}, today)
            for member in person.memberships:
                _put(
                    connection,
                    _MEMBERSHIP,
                    {
                        "person_id": person_id,
                        "organization_id": organisations[member.organization],
                        "start_date": member.start,
                    },
                    {"role": member.role, "end_date": member.end},
                    new=new_id(now),
                )
    workflow.directory.forget()


def _end_memberships(connection: Connection, person_id: str, kept: set[str], today: date) -> None:
    running = _MEMBERSHIP.c.end_date.is_(None) | (_MEMBERSHIP.c.end_date >= today)
    gone = (_MEMBERSHIP.c.person_id == person_id) & _MEMBERSHIP.c.organization_id.not_in(kept) & running
    begun = _MEMBERSHIP.c.start_date.is_(None) | (_MEMBERSHIP.c.start_date < today)
    connection.execute(update(_MEMBERSHIP).where(gone, begun).values(end_date=today - timedelta(days=1)))
    connection.execute(delete(_MEMBERSHIP).where(gone, ~begun))  # it never came into force


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


def _chosen_once(connection: Connection, profile: Profile) -> dict[str, Any]:
    """What is chosen when a municipality is founded; mails of before must stay recognisable by their Message-ID."""
    if connection.execute(select(_BODY.c.key).where(_BODY.c.key == profile.key)).first() is not None:
        return {}
    return {"message_domain": domain_of(profile.sender) or UNNAMED_DOMAIN}


def _organization_values(one: ProfileOrganization) -> dict[str, Any]:
    return {
        "name": one.name,
        "short_name": one.short_name,
        "organization_type": one.organization_type,
        "classification": one.classification,
        "email": one.email,
        "parent_key": one.parent,
        "head_key": one.head,
        "lang": one.lang,
    }


def _person_values(person: ProfilePerson) -> dict[str, Any]:
    return {
        "name": person.name,
        "form_of_address": person.form_of_address,
        "email": person.email,
        "also_written": list(person.also_written),
        "deputy_key": person.deputy,
        "lang": person.lang,
    }


def _put(
    connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any], *, new: str | None = None
) -> str:
    """Insert or update the row with that natural key; its id (or key) is returned."""
    matches = [table.c[name].is_not_distinct_from(value) for name, value in key.items()]
    identity = table.c.id if new else table.c.key
    found = connection.execute(select(identity).where(*matches)).scalar_one_or_none()
    if found is not None:
        connection.execute(update(table).where(*matches).values(**values))
        return str(found)
    connection.execute(insert(table).values(**({"id": new} if new else {}), **key, **values))
    return new or str(key["key"])
