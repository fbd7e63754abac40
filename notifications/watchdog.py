"""Whether anybody still looks for what is due; and who is told when nobody did.

A dead scheduler is silent by nature. So its silence is asked for (`health`: a status for doctor and monitoring), and
the next start tells the administrator that there was one.
"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from ..config.text import Lang
from ..config.texts import text_of
from ..states.database import Database
from . import heartbeat
from .mail import Letter, Mail, build
from .mailer import Mailer
from .queries import next_clock
from .recipients import Recipient, Sender
from .reminders import SCAN
from .templates import Templates

log = logging.getLogger("vorgang.watchdog")

#: Under this name is remembered which silence the administrator has been told of.
TOLD = "watchdog"


class Health(NamedTuple):
    """Whether deadlines are being looked at."""

    ok: bool
    #: When a scan last succeeded; None: never.
    last_scan: datetime | None
    #: How long ago that was.
    silent: timedelta | None
    #: How many minutes of silence are too many.
    limit: timedelta


class Alarm(NamedTuple):
    """To whom, by whom and in which language the administrator is told."""

    address: str
    sender: Sender
    lang: Lang
    base_url: str


def health(database: Database, now: datetime, limit: timedelta) -> Health:
    """Whether the last scan is recent enough. Where none ever was, only if nothing is due yet."""
    last = heartbeat.last_beats(database).get(SCAN)
    if last is None:
        with database.reading() as connection:
            due = next_clock(connection)
        return Health(due is None or due > now, None, None, limit)
    return Health(now - last <= limit, last, now - last, limit)


def silence(database: Database, now: datetime, limit: timedelta) -> tuple[datetime, datetime] | None:
    """From when to when nobody looked, if that was too long and the administrator has not been told of it."""
    beats = heartbeat.last_beats(database)
    last, told = beats.get(SCAN), beats.get(TOLD)
    if last is None or now - last <= limit or (told is not None and told >= last):
        return None
    return last, now


def alarm_mail(templates: Templates, alarm: Alarm, since: datetime, until: datetime) -> Mail:
    """What the administrator is told; of the same silence always under the same Message-ID."""
    params = {"since": f"{since:%d.%m.%Y %H:%M %Z}", "until": f"{until:%d.%m.%Y %H:%M %Z}"}
    id_ = f"watchdog-{int(since.timestamp())}"
    words = templates.note(
        alarm.lang,
        text_of("watchdog_subject", params, alarm.lang),
        text_of("watchdog_text", params, alarm.lang),
        alarm.base_url,
    )
    recipient = Recipient("administrator", "", "office", alarm.address, alarm.lang)
    domain = alarm.address.rpartition("@")[2]
    return build(Letter(id_, id_, TOLD, until, domain, alarm.sender, recipient, words))


async def tell(mailer: Mailer, mail: Mail) -> None:
    """Hand the alarm over. Errors as in `Handover.send`."""
    async with mailer.session() as handover:
        await handover.send(mail)
