"""From an outbox row to an e-mail: who, what may be said, in which words, with which draft."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..config.text import Lang
from ..states.database import Database
from ..states.town import Town
from . import queries, recipients
from .calendar_entries import Occasion, entries
from .context import Scene, context, neutral_context, publicity
from .drafting import Attachment, Drafts
from .failures import Overtaken
from .mail import Letter, Mail, build
from .outbox import Leased
from .queries import Dossier, Lifecycles
from .recipients import Sender
from .suppression import require_welcome
from .templates import NEUTRAL, Templates
from .visibility import may_show_content
from .writer import Rendered

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
        return self._letter(self.scene(message))

    def preview(self, message: Leased, lang: Lang | None = None) -> Letter:
        """What would go out, be it overtaken or not; `lang` wins over the language of the recipient.

        Errors as in `compose`.
        """
        scene = self.scene(message, true=False)
        recipient = scene.recipient._replace(lang=lang or scene.recipient.lang)
        return self._letter(scene._replace(recipient=recipient))

    def scene(self, message: Leased, *, true: bool = True) -> Scene:
        """What an outbox row is about, where and for whom; with `true`, only if it still is so. Raises as `compose`."""
        town = self._sources.town(message.body)
        recipient = recipients.recipient(town, message.recipient, self._style.lang)
        with self._sources.database.reading() as connection:
            require_welcome(connection, message.body, recipient.address)
            dossier = queries.read_dossier(connection, message, self._sources.lifecycles)
        if true:
            _require_true(message, dossier)
        return Scene(message, dossier, town, recipient, self._style.base_url)

    def words(self, scene: Scene) -> Rendered:
        """The message of a scene in words, without what is attached."""
        if not may_show_content(publicity(scene.dossier), scene.reader):
            return self._style.templates.render(NEUTRAL, scene.lang, neutral_context(scene))
        known = context(scene, attached=False)
        return self._style.templates.render(scene.message.template, scene.lang, known)

    def render(self, template: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        """A message that is about no single case."""
        return self._style.templates.render(template, lang, context)

    def sender(self, town: Town) -> Sender:
        """In whose name the town writes."""
        return recipients.sender(town, self._style.sender)

    def _letter(self, scene: Scene) -> Letter:
        message, sender = scene.message, self.sender(scene.town)
        words, attachments = self._write(scene, sender)
        return Letter(
            id=message.id,
            case_id=message.case_id,
            template=message.template,
            written_at=message.written_at,
            sender=sender,
            recipient=scene.recipient,
            words=words,
            attachments=attachments,
            above=tuple(known.row["id"] for known in reversed(scene.dossier.ancestors)),
        )

    def _write(self, scene: Scene, sender: Sender) -> tuple[Rendered, tuple[Attachment, ...]]:
        message, lang, style = scene.message, scene.lang, self._style
        if not may_show_content(publicity(scene.dossier), scene.reader):
            return style.templates.render(NEUTRAL, lang, neutral_context(scene)), ()
        known = context(scene, attached=message.attach is not None)
        draft = style.drafts.fill(message.attach, {**known, "lang": lang}) if message.attach else None
        words = style.templates.render(message.template, lang, known)
        days = entries(words.calendar, known, Occasion(sender, message.written_at, scene.town.zone, lang))
        return words, tuple(file for file in (draft, days) if file is not None)


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
