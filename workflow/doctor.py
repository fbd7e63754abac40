"""Is this installation fit to be relied on? Each check says what it saw and, where something is amiss, what helps."""

import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar
from ..config.clock import Clock
from ..config.errors import AuthorError, Finding, VorgangError
from ..config.profile_files import load_profiles
from ..config.rule_files import load_rules
from ..config.rules import RuleSet
from ..config.settings import Settings
from ..config.text import Lang
from ..notifications.drafting import Drafts
from ..notifications.outbox import Outbox
from ..notifications.recipients import unreachable
from ..notifications.reminders import SCAN, VAIN
from ..notifications.scheduler import Duties
from ..notifications.templates import Templates
from ..notifications.watchdog import Health, health
from ..states import migrate, survey
from ..states.audit_keys import load_signing_key
from ..states.database import Database
from ..states.directory import Directory
from ..states.loader import load_folders
from .checking import Holders, check_lifecycles, check_profiles, check_rules, in_force, named_by_cases, unheld_roles
from .installation import opened_database
from .returns import READ_BOUNCES, is_set
from .wording import words

Status: TypeAlias = Literal["ok", "warning", "failure"]

#: A mail that waits longer is worth a look; one that waits a day has failed its purpose.
MAIL_LATE, MAIL_TOO_LATE = timedelta(hours=1), timedelta(days=1)
#: One signed head a day, with a day of grace.
HEAD_LATE = timedelta(days=2)
#: So long before a calendar ends somebody must be told.
CALENDAR_ENDS = timedelta(days=90)
_CONNECT_S = 5


class Check(NamedTuple):
    """One thing that was looked at. `finding` names the texts, filled with `params`."""

    name: str
    status: Status
    finding: str
    params: dict[str, object]
    #: A text and remedy that another part of Vorgang gave.
    error: VorgangError | Finding | None = None

    def text(self, lang: Lang) -> str:
        """What was seen."""
        if self.error is not None:
            place = f"{self.error.place()}: " if isinstance(self.error, Finding) else ""
            return place + self.error.text(lang)
        return words()["doctor"][self.finding][lang].format(**self.params)

    def remedy(self, lang: Lang) -> str:
        """What would help; empty when nothing is amiss."""
        if self.error is not None:
            return self.error.remedy(lang)
        return words()["doctor"][self.finding].get(f"remedy_{lang}", "").format(**self.params)


def _ok(name: str, finding: str, /, **params: object) -> Check:
    return Check(name, "ok", finding, params)


def _warning(name: str, finding: str, /, **params: object) -> Check:
    return Check(name, "warning", finding, params)


def examine(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Look at everything; what cannot be looked at any more because something below it fails is left out."""
    yield from _once(_every(settings, clock))


def _every(settings: Settings, clock: Clock) -> Iterator[Check]:
    yield from _authors(settings, clock.now().date())
    yield from _mail(settings)
    yield from _key(settings)
    try:
        with opened_database(settings) as database:
            yield from _database(database, settings, clock)
    except VorgangError as error:
        yield Check("database", "failure", "", {}, error)


def _once(checks: Iterable[Check]) -> Iterator[Check]:
    """A mistake that several checks come upon is told by the first of them."""
    told: list[VorgangError | Finding] = []
    for check in checks:
        if check.error is None or check.error not in told:
            yield check
        if check.error is not None:
            told.append(check.error)


def _authors(settings: Settings, today: date) -> Iterator[Check]:
    checked = check_lifecycles(settings)
    yield from _findings("lifecycles", checked.findings, len(checked.lifecycles))
    yield from _guarded("rules", lambda: _rules(settings))
    yield from _guarded("profiles", lambda: _profiles(settings, today))
    templates = Templates(settings.templates)
    found = [*templates.findings(), *Drafts(settings.templates).findings()]
    yield from _findings("templates", found, len(templates.names()))


def _rules(settings: Settings) -> Iterator[Check]:
    rules = load_rules(settings.rules)
    lifecycles = load_folders(*settings.lifecycles).values()
    yield from _findings("rules", check_rules(rules, Templates(settings.templates), lifecycles), len(rules.ids))


def _profiles(settings: Settings, today: date) -> Iterator[Check]:
    rules = load_rules(settings.rules)
    profiles = load_profiles(settings.profiles, rules=rules)
    every = [profiles.get(key) for key in profiles.keys]  # no mapping; `keys` is its own property
    lifecycles = load_folders(*settings.lifecycles).values()
    yield from _findings("profiles", check_profiles(every, rules, lifecycles), len(every))
    fields = named_by_cases(lifecycles)
    for one in every:
        yield from _unheld(in_force(rules, one.rules, today), Holders(one.key, one.functions, fields))


def _unheld(versions: Iterable[RuleSet], holders: Holders) -> Iterator[Check]:
    """A step to a role that nobody holds loses nothing (the council office is told), but is not what was meant."""
    yield from (Check("ladders", "warning", "", {}, finding) for finding in unheld_roles(versions, holders))


def _guarded(name: str, checks: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    try:
        yield from checks()
    except AuthorError as error:
        yield from _findings(name, error.findings, 0)


def _findings(name: str, findings: Iterable[Finding], count: int) -> Iterator[Check]:
    found = [Check(name, "failure", "", {}, finding) for finding in findings]
    yield from found or [_ok(name, name, count=count)]


def _mail(settings: Settings) -> Iterator[Check]:
    if settings.mail_to == "folder":
        yield _warning("mail", "mail_folder", folder=settings.mail_folder)
        return
    params: dict[str, object] = {"host": settings.smtp_host, "port": settings.smtp_port}
    try:
        socket.create_connection((settings.smtp_host, settings.smtp_port), timeout=_CONNECT_S).close()
    except OSError as error:
        yield Check("mail", "failure", "mail_unreachable", {**params, "detail": error})
    else:
        yield _ok("mail", "mail", **params)
    host = urlsplit(settings.base_url).hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        yield _warning("links", "mail_links", url=settings.base_url)


def _key(settings: Settings) -> Iterator[Check]:
    path = settings.audit_key_file
    if path is None:
        yield _warning("audit_key", "audit_key_missing")
        return
    try:
        key = load_signing_key(path)
    except VorgangError as error:
        yield Check("audit_key", "failure", "", {}, error)
        return
    if path.stat().st_mode & 0o077:
        yield _warning("audit_key", "audit_key_open", path=path)
    else:
        yield _ok("audit_key", "audit_key", id=key.public.id)


def _database(database: Database, settings: Settings, clock: Clock) -> Iterator[Check]:
    schema = migrate.check(database)
    shown: dict[str, object] = {"current": schema.current or "–", "head": schema.head}
    if schema.state != "current":
        differences = "; ".join(schema.differences)
        yield Check("database", "failure", f"database_{schema.state}", {**shown, "differences": differences})
        if schema.state != "drifted":
            return
    else:
        yield _ok("database", "database", dialect=database.dialect, **shown)
    now = clock.now()
    yield from _bodies(database, settings, now)
    yield from _addresses(database, settings, clock)
    yield from _messages(database, now)
    late = timedelta(minutes=settings.watchdog_minutes)
    yield from _time(database, now, late)
    yield from _bounces(database, settings, now - late)


def _bodies(database: Database, settings: Settings, now: datetime) -> Iterator[Check]:
    with database.reading() as connection:
        used, functions = survey.rule_sets_in_use(connection), survey.functions(connection)
    if not used:
        yield _warning("bodies", "bodies_none")
    rules, fields = load_rules(settings.rules), named_by_cases(load_folders(*settings.lifecycles).values())
    for body, name, land in used:
        try:
            valid = rules.for_(name, now.date(), land=land)
            following = now.replace(year=now.year + 1, month=1, day=1).date()
            holiday = valid.calendar.holiday_text(following)
        except VorgangError as error:
            yield Check("calendar", "failure", "", {}, error)
        else:
            ends = ends_soon(valid.calendar, now.date())
            finding = "calendar_ends" if ends else "calendar" if holiday else "calendar_short"
            status: Status = "ok" if finding == "calendar" else "warning"
            params: dict[str, object] = {
                "body": body,
                "rules": valid.id,
                "version": valid.version,
                "day": f"{ends:%d.%m.%Y}" if ends else "",
            }
            yield Check("calendar", status, finding, params)
            yield from _unheld(in_force(rules, name, now.date()), Holders(body, functions[body], fields))


def _addresses(database: Database, settings: Settings, clock: Clock) -> Iterator[Check]:
    """Addresses of the master data that nothing can be delivered to; whoever has none at all is another matter."""
    directory = Directory(database, load_rules(settings.rules), clock)
    with database.reading() as connection:
        known = [body for body, _ in survey.bodies(connection)]
    parties = [party for body in known for party in directory.town(body).parties.values()]
    wrong = [Check("addresses", "warning", "", {}, error) for error in unreachable(parties)]
    if parties:
        yield from wrong or [_ok("addresses", "addresses", count=sum(bool(party.email) for party in parties))]


def ends_soon(calendar: Calendar, today: date) -> date | None:
    """The day with which closing days and recesses end to be known, if that is near or over; None: all is well.

    That day is what the rule set says (``kept_until``), else the end of its last recess.
    """
    ends = calendar.kept_until or max((one.last for one in calendar.recesses), default=None)
    return ends if ends is not None and ends < today + CALENDAR_ENDS else None


def _messages(database: Database, now: datetime) -> Iterator[Check]:
    with database.reading() as connection:
        oldest = survey.oldest_waiting(connection, now)
    waiting = now - oldest if oldest else timedelta()
    if waiting > MAIL_LATE:
        status: Status = "failure" if waiting > MAIL_TOO_LATE else "warning"
        yield Check("outbox", status, "outbox_late", {"hours": round(waiting / timedelta(hours=1), 1)})
    else:
        yield _ok("outbox", "outbox")
    counts = Outbox(database).counts()
    dead, held = counts.get("dead", 0) + counts.get("bounced", 0), counts.get("held", 0)
    yield _warning("dead", "dead", count=dead) if dead else _ok("dead", "dead_none")
    if held:
        yield _warning("held", "held", count=held)


def _bounces(database: Database, settings: Settings, late: datetime) -> Iterator[Check]:
    """Whether somebody reads what comes back, where that is set."""
    if not is_set(settings):
        return
    with database.reading() as connection:
        at, zone = survey.ticks(connection).get(READ_BOUNCES), survey.zone_of_all(connection)
    if at is None or at < late:
        yield _warning("bounces", "bounces_late" if at else "bounces_never", at=_minute(at, zone) if at else "–")
    else:
        yield _ok("bounces", "bounces", at=_minute(at, zone))


def _time(database: Database, now: datetime, late: timedelta) -> Iterator[Check]:
    with database.reading() as connection:
        ticks, line, head = survey.ticks(connection), survey.last_line(connection), survey.last_head(connection)
        zone = survey.zone_of_all(connection)
    if line is None:
        return
    for name in [duty for duty in Duties._fields if duty in ticks and duty != READ_BOUNCES] or [SCAN]:
        at, vain = ticks.get(name), ticks.get(VAIN) if name == SCAN else None
        if vain is not None and now - vain <= late and (at is None or vain > at):
            yield _warning("ticks", "tick_vain", name=name, at=_minute(vain, zone))
        elif at is None or now - at > late:
            yield _warning("ticks", "tick_late" if at else "tick_never", name=name, at=_minute(at, zone))
        else:
            yield _ok("ticks", "tick", name=name, at=_minute(at, zone))
    yield from _stuck(health(database, now, late), zone)
    if head is None:
        yield _warning("audit", "head_none")
    elif line > head and now - head > HEAD_LATE:
        yield _warning("audit", "head_old", at=_minute(head, zone))
    else:
        yield _ok("audit", "head", at=_minute(head, zone))


def _stuck(seen: Health, zone: ZoneInfo) -> Iterator[Check]:
    """Whether what is due gets done, where somebody looks; where nobody does, that is told already."""
    if (found := seen.stuck) is not None:
        params = {"cases": found.cases, "first": found.name, "since": _minute(found.since, zone)}
        yield Check("stuck", "failure", "stuck", {**params, "failure": found.failure or "–"})
    elif seen.ok:
        yield _ok("stuck", "stuck_none")


def _minute(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if at else "–"
