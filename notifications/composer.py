"""From an outbox row to an e-mail: what may be said, in which words, with which draft."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..config.errors import NotFoundError
from ..config.text import Lang
from ..states.town import Town
from ..states.visibility import may_mail_content
from . import recipients
from .calendar_entries import Occasion, cancellations, entries
from .context import Scene, context, in_german, neutral_context, publicity, subject_line
from .control_mail import LISTED, Lister, is_wanted
from .draft_parts import Format
from .drafting import Attachment, Drafts
from .filed import FILED, NO_TEMPLATES, filed_draft
from .mail import Letter, Mail, build
from .outbox import Leased
from .papers.answering import PRINTED, Printer
from .personal_links import LinkMaker, acts_by_link, last_day
from .recipients import Sender
from .scenes import Scenes, Sources
from .session_entries import OF_SESSIONS
from .session_mail import session_files
from .templates import NEUTRAL, Templates
from .writer import Rendered


class Style(NamedTuple):
    """How an installation writes."""

    base_url: str
    templates: Templates
    drafts: Drafts
    #: Address of the sender; None: that of the municipality.
    sender: str | None = None
    lang: Lang = "de"
    #: Prints the signed answer that goes with a mail; None where there is none.
    answer: Printer = Printer()
    #: Makes personal links; None: mails carry the address of the case alone.
    links: LinkMaker | None = None
    #: Makes the control list that goes with a mail; None: there is none.
    listed: Lister | None = None


class Composer:
    """Writes the mails of an installation."""

    def __init__(self, sources: Sources, style: Style) -> None:
        self.style = style
        self._sources = sources
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
        return self.letter(scene._replace(recipient=scene.recipient._replace(lang=lang or scene.lang)), keep=False)

    def draft(self, message: Leased, suffix: Format | None = None) -> Attachment:
        """The drafting template that goes with a message, as one kind of file (None: the town's first).

        Unlike a mail it stays in the house: whether somebody may work on the case is for the caller to ask.

        Raises:
            NotFoundError: no draft goes with it.
            Exception: as in `preview`.
        """
        scene = self._scenes.read([message], still_true=False)[message.id]
        if isinstance(scene, Exception):
            raise scene
        if message.attach is None or message.attach in NO_TEMPLATES:
            raise NotFoundError("draft_none_here", lifecycle=scene.dossier.case.lifecycle.id)
        return self.style.drafts.fill(message.attach, self._of_draft(scene), suffix)

    def _of_draft(self, scene: Scene) -> Mapping[str, Any]:
        """What a drafting template may know, in the language of the office, whoever is written to in which one."""
        known = context(in_german(scene), attached=True)
        return {**known, "lang": "de", "today": scene.day.isoformat()}

    def words(self, scene: Scene) -> Rendered:
        """The message of a scene in words, without what is attached."""
        if not may_mail_content(publicity(scene.dossier), scene.day):
            return self.style.templates.render(NEUTRAL, scene.lang, neutral_context(scene))
        return self._rendered(scene, context(scene, attached=False))

    def _rendered(self, scene: Scene, known: Mapping[str, Any]) -> Rendered:
        words = self.style.templates.render(scene.message.template, scene.lang, known)
        return words._replace(subject=subject_line(scene, words.subject))

    def render(self, template: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        """A message that is about no single case."""
        return self.style.templates.render(template, lang, context)

    def sender(self, town: Town) -> Sender:
        """In whose name the town writes."""
        return recipients.sender(town, self.style.sender)

    def letter(self, scene: Scene, *, keep: bool = True) -> Letter:
        """What `compose` makes a mail of. Errors as there. Without `keep`, nothing is issued by it."""
        scene = self._linked(scene)
        message, sender = scene.message, self.sender(scene.town)
        words, attachments = self._write(scene, sender, keep=keep)
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

    def _linked(self, scene: Scene) -> Scene:
        """The scene with the personal link of the recipient, if this is somebody who may act with one."""
        case, person, links = scene.dossier.case, scene.recipient, self.style.links
        if links is None or person.kind != "person":
            return scene
        if not acts_by_link(case.lifecycle, case.row["facts"], person.key):
            return scene
        last = last_day(case.lifecycle, case.row["facts"], case.row["due_on"])
        return scene._replace(personal=links.link(case.row["id"], person.key, scene.message.written_at, last))

    def _write(self, scene: Scene, sender: Sender, *, keep: bool) -> tuple[Rendered, tuple[Attachment, ...]]:
        message, lang, style = scene.message, scene.lang, self.style
        if not may_mail_content(publicity(scene.dossier), scene.day):
            return style.templates.render(NEUTRAL, lang, neutral_context(scene)), ()
        answer = style.answer(self._sources, scene, keep=keep) if message.attach in PRINTED else None
        filed = filed_draft(self._sources, scene) if message.attach == FILED else None
        of_session = message.attach in OF_SESSIONS
        session = session_files(self._sources, style.answer.papers, scene, sender) if of_session else None
        drafted = message.attach if message.attach not in NO_TEMPLATES else None
        listed = style.listed(scene, keep) if style.listed and is_wanted(scene) else None
        known = context(scene, attached=any(one is not None for one in (drafted, answer, filed, listed)))
        known |= {LISTED: listed.entries} if listed else {}
        drafts = style.drafts.fill_each(drafted, self._of_draft(scene)) if drafted else ()
        if session is not None and "tagesordnung" in known["facts"]:
            known = {**known, "facts": {**known["facts"], "tagesordnung": session.agenda}}
        words = self._rendered(scene, known)
        town = scene.town
        occasion = Occasion(sender, town.message_domain, message.written_at, town.zone, lang)
        days = (write(words.calendar, known, occasion) for write in (entries, cancellations))
        files = (*drafts, answer, filed, listed.file if listed else None, *(session.files if session else ()), *days)
        return words, tuple(file for file in files if file is not None)
