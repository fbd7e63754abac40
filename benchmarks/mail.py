"""Mails a second: `vorgang`'s drain against hand-written loops, over as many aiosmtplib connections to the same sink.

Ours: claim from SQLite (``synchronous=FULL``), look up the case, render, build the mail, send, and write down what
became of it.

By hand: each connection takes the next set of values, fills in templates that were compiled once (subject, text, HTML),
builds the mail with `email`, and sends it; no database, no note of what was sent. "by hand, written before": sends
finished bytes.

"rendering": our mails are rendered and built from the database, and not sent. "ready": ours with mails that are already
written, so what leasing, sending and writing down cost by themselves; against finished bytes sent by hand, of which
nobody notes anything, it tells what an outbox costs. What is asked for is the ratio of "vorgang" to "by hand".
"""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import default
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiosmtplib import SMTP
from jinja2 import Environment
from sqlalchemy import text

from vorgang.config.clock import VirtualClock
from vorgang.config.profile_files import load_profiles
from vorgang.notifications.composer import Composer, Style
from vorgang.notifications.context import Scene
from vorgang.notifications.delivery import BATCH, LEASE, Desk, PostOffice
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.kinds import load_kinds
from vorgang.notifications.mail import Mail
from vorgang.notifications.outbox import Leased, Outbox
from vorgang.notifications.smtp import Server, SmtpMailer
from vorgang.notifications.sorting import Policy
from vorgang.notifications.templates import Templates
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.papers import sources_of
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

from .mail_sink import sink
from .measure import Variant, interleaved, result
from .workload import NOW

CONNECTIONS = 4
LETTER = {
    "betreff": "Sachstand Städtepartnerschaft",
    "schreiben_vom": "2026-02-23",
    "eingang": "2026-02-27",
    "fragesteller": "severcan",
    "fragen": ["Wie ist der Sachstand?"],
    "gremium": "integrationsrat",
}


class _Ready(Composer):
    """Gives out mails that were written before."""

    def __init__(self, scenes: Mapping[str, Scene | Exception], mails: Mapping[str, Mail]) -> None:
        self._read, self._mails = scenes, mails

    @property
    def writes_elsewhere(self) -> bool:
        """See `Composer`."""
        return False

    def scenes(self, messages: Sequence[Leased]) -> dict[str, Scene | Exception]:
        """See `Composer`."""
        return {message.id: self._read[message.id] for message in messages}

    def compose(self, scene: Scene) -> Mail:
        """See `Composer`."""
        return self._mails[scene.message.id]


class Queue:
    """So many messages in an outbox on SQLite, to be sent again and again."""

    def __init__(self, folder: Path, number: int) -> None:
        self.clock = VirtualClock(NOW)
        self.workflow = Workflow.open(f"sqlite:///{folder / 'mail.db'}", Setup(clock=self.clock, upgrade=True))
        import_profile(self.workflow, load_profiles().get("hagen"))
        clerk = self.workflow.actor("hagen", "randt")
        for _ in range(number):
            self.workflow.open_case("anfrage", body="hagen", actor=clerk, data=LETTER)
        self.outbox = Outbox(self.workflow.database)
        sources = sources_of(self.workflow)
        self.sources = sources
        self.composer = Composer(sources, Style("https://vorgang.example", Templates(), Drafts()))
        self.leased = self.outbox.claim(NOW, limit=number, lease=LEASE)
        self.mails = {mail.id: mail for mail in self._written()}
        self.refill()

    def refill(self) -> None:
        """Nothing has been sent."""
        anew = "status = 'queued', due_at = created_at, leased_until = NULL, sent_at = NULL, attempts = 0"
        with self.workflow.database.writing() as connection:
            connection.execute(text(f"UPDATE vorgang_message SET {anew}"))

    def drain(self, composer: Composer, port: int) -> int:
        """Send all of them as the office does."""
        mailer = SmtpMailer(Server("127.0.0.1", port, "never", connections=CONNECTIONS))
        desk = Desk.of(self.sources, composer, load_kinds(), Policy(most=0))
        drained = PostOffice(desk, mailer, self.clock).drain()
        assert drained.sent == len(self.mails), drained
        self.refill()
        return drained.sent

    def render(self) -> int:
        """Write all of them and send none."""
        return len(self._written())

    def _written(self) -> list[Mail]:
        mails = []
        for start in range(0, len(self.leased), BATCH):
            scenes = self.composer.scenes(self.leased[start : start + BATCH])
            mails += [self.composer.compose(scene) for scene in scenes.values() if isinstance(scene, Scene)]
        return mails


class _Hand:
    """What one would write by hand: templates compiled once, `email`, and a loop."""

    def __init__(self, mails: list[Mail]) -> None:
        environment = Environment(autoescape=True)
        first = message_from_bytes(mails[0].content, policy=default)
        bodies = [first.get_body((kind,)) for kind in ("plain", "html")]
        # As many words as ours has, with as many gaps.
        self._templates = [
            environment.from_string(
                str(body.get_content()).replace("Sachstand", "{{ subject }}").replace("Hagen", "{{ body }}")
            )
            for body in bodies
            if body
        ]
        self._subject = environment.from_string("Eingang: {{ subject }}")

    def write(self, mail: Mail) -> bytes:
        """One mail."""
        values = {"subject": "Sachstand", "body": "Hagen"}
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = Address("Stadt Hagen", addr_spec=mail.sender)
        message["To"] = Address("Hakan Severcan", addr_spec=mail.address)
        message["Subject"] = self._subject.render(values)
        message["Date"] = format_datetime(mail.written_at)
        message["Message-ID"] = f"<{mail.id}@hagen.example>"
        message["Auto-Submitted"] = "auto-generated"
        text, html = (template.render(values) for template in self._templates)
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        return message.as_bytes()


async def _by_hand(mails: list[Mail], port: int, write: Callable[[Mail], bytes]) -> None:
    waiting = iter(mails)

    async def lane() -> None:
        client = SMTP(hostname="127.0.0.1", port=port, start_tls=False, use_tls=False)
        await client.connect()
        for mail in waiting:
            await client.sendmail(mail.sender, [mail.address], write(mail))
        await client.quit()

    await asyncio.gather(*(lane() for _ in range(CONNECTIONS)))


def mail(number: int, rounds: int) -> dict[str, dict[str, Any]]:
    """The rates of the variants, and their ratios to the loop by hand."""
    logging.getLogger("vorgang").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        queue = Queue(Path(folder), number)
        finished, ready = list(queue.mails.values()), _Ready(queue.composer.scenes(queue.leased), queue.mails)

        hand = _Hand(finished)

        def by_hand(write: Callable[[Mail], bytes]) -> int:
            asyncio.run(_by_hand(finished, port, write))
            return len(finished)

        variants: dict[str, Variant] = {
            "by hand": lambda: by_hand(hand.write),
            "by hand, written before": lambda: by_hand(lambda mail: mail.content),
            "vorgang": lambda: queue.drain(queue.composer, port),
            "ready": lambda: queue.drain(ready, port),
            "rendering": queue.render,
        }
        rates = interleaved(variants, rounds)
        queue.workflow.close()
    return {
        "mail": result(rates, of="vorgang", to="by hand", at_least=0.8),
        "mail, already written": result(rates, of="ready", to="by hand, written before", at_least=0.0),
        "mail, to one of bytes": result(rates, of="vorgang", to="by hand, written before", at_least=0.0),
    }
