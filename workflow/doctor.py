"""Is this installation fit to be relied on? Each check says what it saw and, where something is amiss, what helps."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from ..config.calendars import Calendar
from ..config.clock import Clock
from ..config.errors import Finding, VorgangError
from ..config.settings import Settings
from ..states import migrate, search_queries, survey
from ..states.audit_keys import load_signing_key
from ..states.database import Database
from ..states.roster_checks import left_in_duty
from ..states.roster_store import read_state
from . import doctor_duties, doctor_mail
from .checking import Holders, in_force, named_by_cases
from .doctor_check import Check, failed, failure, ok, warned, warning
from .doctor_files import Files, examine_files, read_files, unheld
from .installation import opened_database
from .master_data import left_with_ended

#: So long before a calendar ends somebody must be told.
CALENDAR_ENDS = timedelta(days=90)


def examine(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Look at everything; what cannot be looked at any more because something below it fails is left out."""
    yield from _once(_every(settings, clock))


def _every(settings: Settings, clock: Clock) -> Iterator[Check]:
    files, wrong = read_files(settings)
    yield from examine_files(settings, files, wrong, clock.now().date())
    yield from doctor_mail.server(settings)
    yield from _key(settings)
    try:
        with opened_database(settings) as database:
            yield from _database(database, settings, files, clock)
    except VorgangError as error:
        yield failed("database", error)


def _once(checks: Iterable[Check]) -> Iterator[Check]:
    """A mistake that several checks come upon is told by the first of them."""
    told: list[VorgangError | Finding] = []
    for check in checks:
        if check.error is None or check.error not in told:
            yield check
        if check.error is not None:
            told.append(check.error)


def _key(settings: Settings) -> Iterator[Check]:
    path = settings.audit_key_file
    if path is None:
        yield warning("audit_key", "audit_key_missing")
        return
    try:
        key = load_signing_key(path)
    except VorgangError as error:
        yield failed("audit_key", error)
        return
    if path.stat().st_mode & 0o077:
        yield warning("audit_key", "audit_key_open", path=path)
    else:
        yield ok("audit_key", "audit_key", id=key.public.id)


def _database(database: Database, settings: Settings, files: Files, clock: Clock) -> Iterator[Check]:
    schema = migrate.check(database)
    shown: dict[str, object] = {"current": schema.current or "–", "head": schema.head}
    if schema.state != "current":
        differences = "; ".join(schema.differences)
        yield failure("database", f"database_{schema.state}", **shown, differences=differences)
        if schema.state != "drifted":
            return
    else:
        yield ok("database", "database", dialect=database.dialect, **shown)
    now, late = clock.now(), timedelta(minutes=settings.watchdog_minutes)
    yield from _bodies(database, files, now)
    yield from doctor_mail.addresses(database, clock)
    yield from doctor_mail.outbox(database, now)
    yield from doctor_duties.duties(database, now, late)
    yield from doctor_duties.seal(database, now)
    yield from doctor_mail.bounces(database, settings, now - late)
    yield from _search(database)


def _search(database: Database) -> Iterator[Check]:
    with database.reading() as connection:
        missing, quick = search_queries.missing(connection), search_queries.finds_parts_quickly(connection)
    if missing:
        yield warning("search", "search_missing", count=missing)
    if not quick:
        yield warning("search", "search_slow_parts")
    if quick and not missing:
        yield ok("search", "search")


def _bodies(database: Database, files: Files, now: datetime) -> Iterator[Check]:
    with database.reading() as connection:
        used, functions = survey.rule_sets_in_use(connection), survey.functions(connection)
    if not used:
        yield warning("bodies", "bodies_none")
        return
    rules, fields = files.rules, named_by_cases(files.lifecycles)
    if rules is None:
        yield warning("calendar", "in_part")
        return
    for body, name, land in used:
        try:
            valid = rules.for_(name, now.date(), land=land)
            following = now.replace(year=now.year + 1, month=1, day=1).date()
            known = valid.calendar.holiday_text(following) is not None
        except VorgangError as error:
            yield failed("calendar", error)
        else:
            params: dict[str, object] = {"body": body, "rules": valid.id, "version": valid.version}
            yield _calendar(valid.calendar, now.date(), params, known=known)
            yield from unheld(in_force(rules, name, now.date()), Holders(body, functions[body], fields))
    for body, _, _ in used:
        with database.reading() as connection:
            roster = read_state(connection, body)
            lying = list(left_with_ended(connection, body, roster, now.date()))
        yield from (warned("bodies", one) for one in left_in_duty(body, roster, functions[body], now.date()))
        yield from (warned("bodies", one) for one in lying)


def _calendar(calendar: Calendar, today: date, params: dict[str, object], *, known: bool) -> Check:
    """Whether it will do for some time; `known`: the public holidays of next year are."""
    if ends := ends_soon(calendar, today):
        return warning("calendar", "calendar_ends", **params, day=f"{ends:%d.%m.%Y}")
    return ok("calendar", "calendar", **params) if known else warning("calendar", "calendar_short", **params)


def ends_soon(calendar: Calendar, today: date) -> date | None:
    """The day with which closing days and recesses end to be known, if that is near or over; None: all is well.

    That day is what the rule set says (``kept_until``), else the end of its last recess.
    """
    ends = calendar.kept_until or max((one.last for one in calendar.recesses), default=None)
    return ends if ends is not None and ends < today + CALENDAR_ENDS else None
