"""From an outbox row to an e-mail: who, what may be said, in which words, with which draft."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ..config.text import Lang
from ..states.database import Database
from ..states.queries import DeadlineView
from ..states.town import Town
from . import queries, recipients
from .calendar_entries import Occasion, cancellations, entries
from .context import Scene, context, neutral_context, publicity
from .drafting import Attachment, Drafts
from .failures import NotNow, Overtaken
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
        self.style = style

    @property
    def writes_elsewhere(self) -> bool:
        """Whether mails are written in another process, which may take long."""
        return self.style.templates.elsewhere or self.style.drafts.elsewhere

    def compose(self, message: Leased) -> Mail:
        """The mail of an outbox row.

        Raises:
            Permanent: nobody can be written to.
            Temporary: a template or the sender is wrong.
            Overtaken: the message is no longer true.
            NotNow: its deadline stands still.
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
        recipient = recipients.recipient(town, message.recipient, self.style.lang)
        with self._sources.database.reading() as connection:
            require_welcome(connection, message.body, recipient.address)
            brings_days = partial(self.style.templates.brings_days, lang=recipient.lang)
            dossier = queries.read_dossier(connection, message, self._sources.lifecycles, brings_days)
            if true:
                _require_true(connection, message, dossier)
        return Scene(_of_today(message, dossier), dossier, town, recipient, self.style.base_url)

    def words(self, scene: Scene) -> Rendered:
        """The message of a scene in words, without what is attached."""
        if not may_show_content(publicity(scene.dossier), scene.reader):
            return self.style.templates.render(NEUTRAL, scene.lang, neutral_context(scene))
        known = context(scene, attached=False)
        return self.style.templates.render(scene.message.template, scene.lang, known)

    def render(self, template: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        """A message that is about no single case."""
        return self.style.templates.render(template, lang, context)

    def sender(self, town: Town) -> Sender:
        """In whose name the town writes."""
        return recipients.sender(town, self.style.sender)

    def _letter(self, scene: Scene) -> Letter:
        message, sender = scene.message, self.sender(scene.town)
        words, attachments = self._write(scene, sender)
        return Letter(
            id=message.id,
            case_id=message.case_id,
            template=message.template,
            written_at=message.written_at,
            domain=scene.town.message_domain,
            sender=sender,
            recipient=scene.recipient,
            words=words,
            attachments=attachments,
            above=tuple(known.row["id"] for known in reversed(scene.dossier.ancestors)),
        )

    def _write(self, scene: Scene, sender: Sender) -> tuple[Rendered, tuple[Attachment, ...]]:
        message, lang, style = scene.message, scene.lang, self.style
        if not may_show_content(publicity(scene.dossier), scene.reader):
            return style.templates.render(NEUTRAL, lang, neutral_context(scene)), ()
        known = context(scene, attached=message.attach is not None)
        draft = style.drafts.fill(message.attach, {**known, "lang": lang}) if message.attach else None
        words = style.templates.render(message.template, lang, known)
        town = scene.town
        occasion = Occasion(sender, town.message_domain, message.written_at, town.zone, lang)
        files = (draft, *(write(words.calendar, known, occasion) for write in (entries, cancellations)))
        return words, tuple(file for file in files if file is not None)


def _require_true(connection: Connection, message: Leased, dossier: Dossier) -> None:
    """What waited (an outage, a hold) must not ask for what is done, or accuse somebody who has acted meanwhile."""
    if message.template in ASKING and _closed_since(dossier):
        state = dossier.case.lifecycle.states[dossier.case.row["state"]].label
        raise Overtaken("mail_request_overtaken", state=state.de)
    if "rung" not in message.params:
        return
    due_on, known = message.params["due_on"], {"deadline": message.params["label_de"]}
    clock = _clock_of(message, dossier)
    if clock is not None and clock.status == "paused":
        raise NotNow("mail_deadline_paused", due_on=clock.due_on.isoformat(), **known)
    if clock is None or (clock.due_on.isoformat() != due_on and not _is_passed_over(connection, message, clock)):
        raise Overtaken("mail_overtaken", due_on=due_on, **known)


def _clock_of(message: Leased, dossier: Dossier) -> DeadlineView | None:
    """The deadline of which a reminder speaks, if it still stands; of each name there is one at a time."""
    return next((clock for clock in dossier.deadlines if clock.name == message.params.get("deadline")), None)


def _is_passed_over(connection: Connection, message: Leased, clock: DeadlineView) -> bool:
    """Whether the day has moved so that this step counts as told, though this recipient has not been told it."""
    ladder = f"{clock.name}#{clock.occurrence}."
    told = {step.get("rung") for step in clock.ladder[: clock.told]}
    is_behind = message.occasion.startswith(ladder) and message.params["rung"] in told
    return is_behind and not queries.is_told_later(connection, message, ladder)


def _of_today(message: Leased, dossier: Dossier) -> Leased:
    """The message; a reminder with the day on which its deadline is due by now."""
    clock = _clock_of(message, dossier) if "rung" in message.params else None
    return message._replace(params={**message.params, "due_on": clock.due_on.isoformat()}) if clock else message


def _closed_since(dossier: Dossier) -> bool:
    """Whether the case was closed by something later than what caused the message."""
    then = dossier.case.lifecycle.states.get(dossier.event.get("target", ""))
    return dossier.case.row["closed_at"] is not None and not (then is not None and then.final)
