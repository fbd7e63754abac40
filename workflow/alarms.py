"""What the administrator is told: that nobody looked at the deadlines for too long, or that cases cannot go on."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial

from ..config.errors import VorgangError
from ..config.settings import Settings
from ..notifications import heartbeat, watchdog
from ..notifications.mail import Mail
from ..notifications.mailer import Mailer
from ..notifications.recipients import Sender
from ..notifications.templates import Templates
from ..notifications.watchdog import Alarm
from ..states.survey import zone_of_all
from .workflow import Workflow

log = logging.getLogger("vorgang.office")


class Alarms:
    """Writes to the administrator of the settings, if there is one."""

    def __init__(self, workflow: Workflow, settings: Settings, mailer: Mailer) -> None:
        self._workflow, self._settings, self._mailer = workflow, settings, mailer

    def tell(self, limit: timedelta) -> bool:
        """Tell, once, of a silence and of cases that are stuck longer than `limit`; whether there was either.

        What cannot be told now is logged and told at the next start.
        """
        now, database = self._workflow.clock.now(), self._workflow.database
        silent = watchdog.silence(database, now, limit)
        stuck = watchdog.known_stuck(database, now, limit)
        if silent is not None:
            log.warning("nobody looked at the deadlines from %s to %s", *silent)
            self._alarm(watchdog.TOLD, silent[0], partial(watchdog.alarm_mail, since=silent[0]))
        if stuck is not None:
            log.warning("%d cases are stuck; %s since %s: %s", stuck.cases, stuck.name, stuck.since, stuck.failure)
            self._alarm(watchdog.TOLD_STUCK, stuck.newest, partial(watchdog.stuck_mail, found=stuck))
        return silent is not None or stuck is not None

    def _alarm(self, told: str, until: datetime, write: Callable[..., Mail]) -> None:
        """Write; then remember under `told` that the administrator knows all until then."""
        address = self._settings.admin_mail
        if address is None:
            return
        database, now = self._workflow.database, self._workflow.clock.now()
        try:
            alarm = Alarm(address, self._sender(address), self._settings.lang, self._settings.base_url)
            with database.reading() as connection:
                zone = zone_of_all(connection)
            mail = write(Templates(self._settings.templates), alarm, now=now.astimezone(zone))
            asyncio.run(watchdog.tell(self._mailer, mail))
        except VorgangError as error:
            log.error("the administrator could not be told: %s", error)  # noqa: TRY400  # one sentence, no traceback
        except Exception:  # whatever happens here, the deadlines must be looked at
            log.exception("the administrator could not be told")
        else:
            heartbeat.beat(database, told, until)

    def _sender(self, address: str) -> Sender:
        """The sender of the settings; without one, the administrator writes to themselves."""
        name, written = parseaddr(self._settings.sender or address)
        return Sender(name or "Vorgang", written, None)
