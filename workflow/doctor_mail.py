"""What ``vorgang doctor`` says of the mail: whether it can go out, to whom not, what waits, and what comes back."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from ..config.clock import Clock
from ..config.rule_files import shipped_rules
from ..config.settings import Settings
from ..notifications.failures import Outage
from ..notifications.outbox import Outbox
from ..notifications.recipients import deliverable, unreachable
from ..notifications.smtp import SmtpMailer
from ..notifications.suppression import listed
from ..states import survey
from ..states.database import Database
from ..states.directory import Directory
from .doctor_check import Check, failed, failure, local, ok, warned, warning
from .mailers import server_of
from .returns import READ_BOUNCES, is_set

#: A mail that waits longer is worth a look; one that waits a day has failed its purpose.
MAIL_LATE, MAIL_TOO_LATE = timedelta(hours=1), timedelta(days=1)
#: For how many seconds the mail server is awaited: for one answer, and until the connection stands. Less than a
#: delivery waits, for somebody sits before it.
ANSWER_S, CONNECT_S = 10, 20


def server(settings: Settings) -> Iterator[Check]:
    """Whether mail can be handed over: connects and logs in as a delivery does, and sends nothing."""
    if settings.mail_to == "folder":
        yield warning("mail", "mail_folder", folder=settings.mail_folder)
        return
    meant = server_of(settings)._replace(timeout=ANSWER_S, connecting=CONNECT_S)
    try:
        asyncio.run(SmtpMailer(meant).reach())
    except Outage as outage:
        yield failed("mail", outage)
    else:
        finding = "mail_stranger" if meant.username is None else "mail"
        yield ok("mail", finding, server=meant.where, user=meant.username)
    host = urlsplit(settings.base_url).hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        yield warning("links", "mail_links", url=settings.base_url)


def addresses(database: Database, clock: Clock) -> Iterator[Check]:
    """Addresses of the master data that nothing is delivered to; whoever has none at all is another matter."""
    directory = Directory(database, shipped_rules(), clock)  # whom a town knows stands in no rule set
    with database.reading() as connection:
        known = [body for body, _ in survey.bodies(connection)]
    parties = [(body, party) for body in known for party in directory.town(body).parties.values()]
    wrong = [warned("addresses", error) for error in unreachable(party for _, party in parties)]
    deliverables = ((body, party, deliverable(party.email)) for body, party in parties if party.email)
    written = [_Written(body, party.key, party.name, address) for body, party, address in deliverables if address]
    wrong += _suppressed(database, written)
    if parties:
        yield from wrong or [ok("addresses", "addresses", count=len(written))]


class _Written(NamedTuple):
    """A party that can be written to, and where."""

    body: str
    key: str
    name: str
    address: str


def _suppressed(database: Database, parties: list[_Written]) -> Iterator[Check]:
    with database.reading() as connection:
        found = listed(connection, {(one.body, one.address) for one in parties})
        zones = survey.zones(connection)
    for one in parties:
        if entry := found.get((one.body, one.address)):
            said = {"name": one.name, "key": one.key, "address": one.address, "reason": entry.reason}
            since = entry.since.astimezone(zones[one.body]).date()
            yield warning("addresses", "address_suppressed", since=since, **said)


def outbox(database: Database, now: datetime) -> Iterator[Check]:
    """Whether anything waits too long, and what was given up or held."""
    with database.reading() as connection:
        oldest = survey.oldest_waiting(connection, now)
    waiting = now - oldest if oldest else timedelta()
    if waiting > MAIL_LATE:
        say = failure if waiting > MAIL_TOO_LATE else warning
        yield say("outbox", "outbox_late", hours=round(waiting / timedelta(hours=1), 1))
    else:
        yield ok("outbox", "outbox")
    counts = Outbox(database).counts()
    dead, held = counts.get("dead", 0) + counts.get("bounced", 0), counts.get("held", 0)
    yield warning("dead", "dead", count=dead) if dead else ok("dead", "dead_none")
    if held:
        yield warning("held", "held", count=held)


def bounces(database: Database, settings: Settings, late: datetime) -> Iterator[Check]:
    """Whether somebody reads what comes back, where that is set."""
    if not is_set(settings):
        return
    with database.reading() as connection:
        at, zone = survey.ticks(connection).get(READ_BOUNCES), survey.zone_of_all(connection)
    if at is None or at < late:
        yield warning("bounces", "bounces_late" if at else "bounces_never", at=local(at, zone))
    else:
        yield ok("bounces", "bounces", at=local(at, zone))
