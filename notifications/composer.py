"""From an outbox row to an e-mail: what may be said, in which words, with which draft."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..config.text import Lang
from ..states.town import Town
from . import recipients
from .calendar_entries import Occasion, cancellations, entries
from .context import Scene, context, neutral_context, publicity
from .drafting import Attachment, Drafts
from .mail import Letter, Mail, build
from .outbox import Leased
from .recipients import Sender
from .scenes import Scenes, Sources
from .templates import NEUTRAL, Templates
from .visibility import may_show_content
from .writer import Rendered


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
        self.style = style
        self._scenes = Scenes(sources, style.templates, style.base_url, style.lang)

    @property
    def writes_elsewhere(self) -> bool:
        """Whether mails are written in another process, which may take long."""
        return self.style.templates.elsewhere or self.style.drafts.elsewhere

    def scenes(self, messages: Sequence[Leased]) -> dict[str, Scene | Exception]:
        """The scenes of messages, or why they have none; see `Scenes.read`."""
        return self._scenes.read(messages)

    def compose(self, scene: Scene) -> Mail:
        """The mail of a scene.

        Raises:
            Temporary: a template or the sender is wrong.
        """
        return build(self.letter(scene))

    def preview(self, message: Leased, lang: Lang | None = None) -> Letter:
        """What would go out, be it overtaken or not; `lang` wins over the language of the recipient.

        Raises:
            Exception: why there is none, as in `Scenes.read` and `compose`.
        """
        scene = self._scenes.read([message], still_true=False)[message.id]
        if isinstance(scene, Exception):
            raise scene
        return self.letter(scene._replace(recipient=scene.recipient._replace(lang=lang or scene.lang)))

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

    def letter(self, scene: Scene) -> Letter:
        """What `compose` makes a mail of. Errors as there."""
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
