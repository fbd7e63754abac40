"""From an outbox row to an e-mail: who, what may be said, in which words, with which draft."""

from collections.abc import Callable
from typing import NamedTuple

from ..config.text import Lang
from ..states.database import Database
from ..states.town import Town
from . import queries, recipients
from .context import Scene, context, neutral_context, publicity
from .drafting import Attachment, Drafts
from .failures import Overtaken
from .mail import Letter, Mail, build
from .outbox import Leased
from .queries import Dossier, Lifecycles
from .templates import NEUTRAL, Rendered, Templates
from .visibility import may_show_content

#: Templates that ask somebody to act: once the case has been closed there is nothing left to do.
ASKING = frozenset({"auftrag", "beteiligung", "mitzeichnung", "unterschrift", "erinnerung", "ueberfaellig"})


class Sources(NamedTuple):
    """Where a composer finds what it does not hold itself."""

    database: Database
    town: Callable[[str], Town]
    lifecycles: Lifecycles


class Style(NamedTuple):
    """How an installation writes."""

    base_url: str
    templates: Templates
    drafts: Drafts
    #: Address of the sender; None: that of the municipality.
    sender: str | None = None
    lang: Lang = "de"


class Composer:
    """Writes the mails of an installation."""

    def __init__(self, sources: Sources, style: Style) -> None:
        self._sources = sources
        self._style = style

    def compose(self, message: Leased) -> Mail:
        """The mail of an outbox row.

        Raises:
            Permanent: nobody can be written to.
            Temporary: a template or the sender is wrong.
            Overtaken: the message is no longer true.
        """
        return build(self.letter(message))

    def letter(self, message: Leased) -> Letter:
        """What `compose` makes a mail of. Errors as there."""
        town = self._sources.town(message.body)
        recipient = recipients.recipient(town, message.recipient, self._style.lang)
        sender = recipients.sender(town, self._style.sender)
        with self._sources.database.reading() as connection:
            dossier = queries.read_dossier(connection, message, self._sources.lifecycles)
        _require_true(message, dossier)
        scene = Scene(message, dossier, town, recipient, self._style.base_url)
        words, attachment = self._write(scene)
        return Letter(
            id=message.id,
            case_id=message.case_id,
            template=message.template,
            written_at=message.created_at,
            sender=sender,
            recipient=recipient,
            words=words,
            attachment=attachment,
        )

    def _write(self, scene: Scene) -> tuple[Rendered, Attachment | None]:
        message, lang = scene.message, scene.lang
        if not may_show_content(publicity(scene.dossier), scene.reader):
            return self._style.templates.render(NEUTRAL, lang, neutral_context(scene)), None
        known = context(scene, attached=message.attach is not None)
        attachment = self._style.drafts.fill(message.attach, {**known, "lang": lang}) if message.attach else None
        return self._style.templates.render(message.template, lang, known), attachment


def _require_true(message: Leased, dossier: Dossier) -> None:
    """What waited (an outage, a hold) must not ask for what is done, or accuse somebody who has acted meanwhile."""
    if message.template in ASKING and _closed_since(dossier):
        state = dossier.case.lifecycle.states[dossier.case.row["state"]].label
        raise Overtaken("mail_request_overtaken", state=state.de)
    if "rung" not in message.params:
        return
    name, due_on = message.params["deadline"], message.params["due_on"]
    running = (clock for clock in dossier.deadlines if clock.status == "running" and clock.name == name)
    if not any(clock.due_on.isoformat() == due_on for clock in running):
        raise Overtaken("mail_overtaken", deadline=message.params["label_de"], due_on=due_on)


def _closed_since(dossier: Dossier) -> bool:
    """Whether the case was closed by something later than what caused the message."""
    then = dossier.case.lifecycle.states.get(dossier.event.get("target", ""))
    return dossier.case.row["closed_at"] is not None and not (then is not None and then.final)
