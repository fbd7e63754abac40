"""Whether anybody still looks for what is due, and gets it done; and who is told when nobody did.

A dead scheduler is silent by nature. So its silence is asked for (`health`: a status for doctor and monitoring), and
the next start tells the administrator that there was one. The same for cases that are looked at and cannot go on: a
scan that works and a case that is stuck are two things, and each is said for itself.
"""

import logging
from collections.abc import Mapping
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
from .reminders import SCAN, VAIN
from .stuck import Stuck, stuck
from .templates import Templates

log = logging.getLogger("vorgang.watchdog")

#: Under these names is remembered which silence, and which cases that are stuck, the administrator has been told of.
TOLD, TOLD_STUCK = "watchdog", "watchdog_stuck"


class Health(NamedTuple):
    """Whether deadlines are being looked at, and what has to be done gets done."""

    ok: bool
    #: When a scan last succeeded; None: never. One in which everything that was due failed is no success.
    last_scan: datetime | None
    #: How long ago somebody last looked, be it in vain; None: nobody ever did.
    silent: timedelta | None
    #: How many minutes of silence, or of waiting for a case, are too many.
    limit: timedelta
    #: Somebody looks, but these cases cannot go on; None: there are none, or nobody looks.
    stuck: Stuck | None = None


class Alarm(NamedTuple):
    """To whom, by whom and in which language the administrator is told."""

    address: str
    sender: Sender
    lang: Lang
    base_url: str


def health(database: Database, now: datetime, limit: timedelta) -> Health:
    """Whether the last scan is recent and no case is stuck. Where none ever succeeded, only if nothing is due."""
    beats = heartbeat.last_beats(database)
    looked, last = _last_look(beats), beats.get(SCAN)
    silent = now - looked if looked else None
    with database.reading() as connection:
        due = next_clock(connection)
        held_up = stuck(connection, now - limit) if silent is not None and silent <= limit else None
    recent = silent is not None and silent <= limit if last is not None else due is None or due > now
    return Health(recent and held_up is None, last, silent, limit, held_up)


def _last_look(beats: Mapping[str, datetime]) -> datetime | None:
    """When somebody last looked at all that was due, with success or in vain."""
    return max((beats[name] for name in (SCAN, VAIN) if name in beats), default=None)


def silence(database: Database, now: datetime, limit: timedelta) -> tuple[datetime, datetime] | None:
    """From when to when nobody looked, if that was too long and the administrator has not been told of it."""
    beats = heartbeat.last_beats(database)
    last, told = _last_look(beats), beats.get(TOLD)
    if last is None or now - last <= limit or (told is not None and told >= last):
        return None
    return last, now


def known_stuck(database: Database, now: datetime, limit: timedelta) -> Stuck | None:
    """The cases that had failed before, if one of them has got stuck since the administrator was told of them."""
    told = heartbeat.last_beats(database).get(TOLD_STUCK)
    with database.reading() as connection:
        found = stuck(connection, now - limit, failed=True)
    return found if found is not None and (told is None or found.newest > told) else None


def alarm_mail(templates: Templates, alarm: Alarm, *, now: datetime, since: datetime) -> Mail:
    """What the administrator is told, in the zone of `now`; of the same silence always under the same Message-ID."""
    params = {"since": _minute(since.astimezone(now.tzinfo)), "until": _minute(now)}
    return _mail(
        templates, alarm, Note(f"watchdog-{int(since.timestamp())}", ("watchdog_subject", "watchdog_text"), params), now
    )


def stuck_mail(templates: Templates, alarm: Alarm, *, now: datetime, found: Stuck) -> Mail:
    """What the administrator is told of cases that cannot go on, as `alarm_mail` does."""
    params = {
        "cases": found.cases,
        "first": found.name,
        "since": _minute(found.since.astimezone(now.tzinfo)),
        "failure": found.failure or "–",
        "link": f"{alarm.base_url}/vorgang/{found.first}",
    }
    return _mail(
        templates,
        alarm,
        Note(f"stuck-{int(found.newest.timestamp())}", ("watchdog_stuck_subject", "watchdog_stuck_text"), params),
        now,
    )


class Note(NamedTuple):
    """What an alarm says: its id, subject and text (codes of the catalogue), and what they are filled with."""

    id: str
    texts: tuple[str, str]
    params: Mapping[str, object]


def _mail(templates: Templates, alarm: Alarm, note: Note, now: datetime) -> Mail:
    subject, text = (text_of(code, note.params, alarm.lang) for code in note.texts)
    words = templates.note(alarm.lang, subject, text, alarm.base_url)
    recipient = Recipient("administrator", "", "office", alarm.address, alarm.lang)
    domain = alarm.address.rpartition("@")[2]
    return build(Letter(note.id, note.id, TOLD, now, domain, alarm.sender, recipient, words))


def _minute(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M %Z}"


async def tell(mailer: Mailer, mail: Mail) -> None:
    """Hand the alarm over. Errors as in `Handover.send`."""
    async with mailer.session() as handover:
        await handover.send(mail)
