"""Mails as they would go out, for people who write templates: about a real case or a made-up one. Nothing is stored.

The made-up case is that with which templates are tried out when they are loaded (`samples`), to whom the template would
go (`sample_mails`); a real one goes the way of every message (`Composer`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ..config.errors import NotFoundError
from ..config.reader import meant
from ..config.text import Lang
from ..states.lifecycle import Lifecycle, Tell
from ..states.queries import CaseSummary, DeadlineView, deadlines, history
from ..states.recompute import EVENT
from ..states.town import Town
from .calendar_entries import Occasion, cancellations, entries
from .composer import Style
from .filed import FILED, NO_TEMPLATES, sample_draft
from .mail import Letter
from .outbox import Leased
from .papers.answering import PRINTED
from .queries import newest_message
from .recipients import Recipient, Sender
from .sample_mails import sample_mail
from .templates import NEUTRAL, Templates

_SENDER = Sender("Stadt Beispiel", "vorgang@stadt.example", None)
_DOMAIN = "stadt.example"
_ZONE = ZoneInfo("Europe/Berlin")
_ID = "00000000-0000-7000-8000-000000000000"


class Wanted(NamedTuple):
    """A message that somebody wants to see before it exists. `to` None: whoever had it last, else who has the case."""

    template: str
    to: str | None
    now: datetime


def require_template(templates: Templates, name: str, lang: Lang) -> None:
    """The template must exist in that language.

    Raises:
        NotFoundError: it does not.
    """
    known = {*templates.names(lang), NEUTRAL}
    if name not in known:
        found = {"template": name, "lang": lang, "known": ", ".join(sorted(known)), "meant": meant(name, known)}
        raise NotFoundError("mail_preview_unknown", **found)


def sample_letter(style: Style, template: str, *, lang: Lang, attach: str | None, late: bool) -> Letter:
    """The message about a made-up case, before its day or (`late`) after it.

    Raises:
        Temporary: it cannot be written.
    """
    sample, written_at = sample_mail(template, lang, late=late)
    known = _linked(sample, style) | {"attached": attach is not None}
    german = _linked(sample_mail(template, "de", late=late)[0], style)
    words = style.templates.render(template, lang, known)
    drafts = style.drafts.fill_each(attach, german) if attach and attach not in NO_TEMPLATES else ()
    answer = style.answer.sample(german, written_at, attach) if attach in PRINTED else None
    filed = sample_draft() if attach == FILED else None
    occasion = Occasion(_SENDER, _DOMAIN, written_at, _ZONE, lang)
    to = known["recipient"]
    recipient = Recipient(to["key"], to["name"], to["kind"], f"{to['key']}@{_DOMAIN}", lang)
    files = (*drafts, answer, filed, *(write(words.calendar, known, occasion) for write in (entries, cancellations)))
    attached = tuple(file for file in files if file is not None)
    return Letter(_ID, known["case"]["id"], template, written_at, _DOMAIN, _SENDER, recipient, words, attached)


def _linked(sample: Mapping[str, Any], style: Style) -> dict[str, Any]:
    return {**sample, "base_url": style.base_url, "link": f"{style.base_url}/vorgang/{sample['case']['id']}"}


def message_of_case(connection: Connection, case: CaseSummary, scene: tuple[Lifecycle, Town], wanted: Wanted) -> Leased:
    """The newest message of that template in the case, else one as if its cause happened now.

    Raises:
        NotFoundError: the town does not know the recipient.
    """
    lifecycle, town = scene
    if wanted.to is not None and wanted.to not in town.parties:
        known = ", ".join(sorted(town.parties))
        raise NotFoundError("party_unknown", party=wanted.to, body=town.key, known=known)
    stored = newest_message(connection, case.id, wanted.template, wanted.to)
    if stored is not None:
        return stored
    told = {event: tell for event, tell in _tells(lifecycle) if tell.template == wanted.template}
    lines = history(connection, case.id)
    cause = next((line.seq for line in reversed(lines) if line.event in told), lines[-1].seq)
    return Leased(
        id=_ID,
        body=case.body,
        case_id=case.id,
        occasion="",
        occurrence=cause,
        recipient=wanted.to or case.owner or town.functions["geschaeftsstelle"],
        template=wanted.template,
        attach=next((tell.attach for tell in told.values() if tell.attach), None),
        params=_rung(deadlines(connection, case.id), lifecycle, wanted.template),
        created_at=wanted.now,
        attempts=0,
        token=0,
        leased_until=wanted.now,
    )


def _tells(lifecycle: Lifecycle) -> Iterator[tuple[str, Tell]]:
    """What each event tells, and each that moves a deadline."""
    for event in lifecycle.events.values():
        yield from ((event.name, tell) for way in event.ways for tell in way.tell)
    for clock in lifecycle.deadlines.values():
        yield from ((event, tell) for event in (EVENT, *clock.moves, *clock.extends) for tell in clock.tell)


def _rung(clocks: list[DeadlineView], lifecycle: Lifecycle, template: str) -> Mapping[str, Any]:
    """What a message knows as a step of a ladder: the next one of a running deadline with this template."""
    for clock in clocks:
        steps = [step for step in clock.ladder if "rung" in step]
        mine = [step["rung"] for step in steps if step["template"] == template]
        if clock.status == "running" and mine:
            label = lifecycle.deadlines[clock.name].label
            names = {"deadline": clock.name, "label_de": label.de, "label_en": label.en}
            ahead = next((rung for rung in mine if rung > clock.told), mine[-1])
            return {**names, "due_on": clock.due_on.isoformat(), "rung": ahead, "rungs": len(steps), "missed": []}
    return {}
