"""A digest: several messages for one recipient in one mail, what is overdue and what is due soon apart."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from ..config.errors import VorgangError
from ..states.visibility import may_mail_content
from .bundles import Verdict
from .composer import Composer
from .context import Scene, neutral_context, publicity
from .failures import Overtaken, Permanent, Temporary, brief
from .mail import Letter, Mail, build
from .outbox import DIGEST_AT, Leased

log = logging.getLogger("vorgang.mail")

_Items: TypeAlias = list[dict[str, Any]]

#: The words of a digest; not to be named by a lifecycle.
TEMPLATE = "_sammelmail"


class Digest(NamedTuple):
    """The mail (None: nothing is left to be told) and what it tells of each message, the leader first."""

    mail: Mail | None
    verdicts: tuple[Verdict, ...]


class _Line(NamedTuple):
    scene: Scene
    subject: str


def compose_digest(
    composer: Composer, leader: Leased, members: Sequence[Leased], *, overdue: Collection[str] = ()
) -> Digest:
    """The digest that `leader` leads. A message that cannot be written is left out; it stops no other.

    `overdue`: the templates that speak of something overdue, whether or not they name a step of a ladder.

    Raises:
        Permanent: nobody can be written to.
        Temporary: the template of the digest or the sender is wrong.
    """
    verdicts, lines = [], []
    scenes = composer.scenes((leader, *members))
    for message in (leader, *members):
        verdict, line = _line(composer, message, scenes[message.id])
        verdicts.append(verdict)
        lines += [line] if line else []
    if not lines:
        return Digest(None, tuple(verdicts))
    day = lines[0].scene.town.today(_instant(leader))
    items = [_item(line, day, overdue) for line in lines]
    return Digest(_mail(composer, leader, lines, _groups(items)), tuple(verdicts))


def _instant(leader: Leased) -> datetime:
    return datetime.fromisoformat(leader.params[DIGEST_AT])


def _line(composer: Composer, message: Leased, scene: Scene | Exception) -> tuple[Verdict, _Line | None]:
    try:
        if isinstance(scene, Exception):
            raise scene
        return Verdict(message), _Line(scene, composer.words(scene).subject)
    except Overtaken as failure:
        return Verdict(message, failure, overtaken=True), None
    except Permanent:  # of the recipient, so of all of them
        raise
    except VorgangError as failure:
        return Verdict(message, failure), None
    except Exception as error:  # one bad message stops no other
        log.exception("message %s of case %s in a digest", message.id, message.case_id)
        return Verdict(message, Temporary("mail_unexpected", reason=brief(f"{type(error).__name__}: {error}"))), None


def _mail(composer: Composer, leader: Leased, lines: Sequence[_Line], groups: Mapping[str, _Items]) -> Mail:
    first, at = lines[0].scene, _instant(leader)
    words = composer.render(TEMPLATE, first.lang, {**_context(lines, first.town.today(at)), **groups})
    return build(
        Letter(
            id=leader.id,
            case_id=None,
            template=TEMPLATE.strip("_"),
            written_at=at,
            domain=first.town.message_domain,
            sender=composer.sender(first.town),
            recipient=first.recipient,
            words=words,
        )
    )


def _context(lines: Sequence[_Line], day: date) -> dict[str, Any]:
    first = lines[0].scene
    return {
        **neutral_context(first),
        "represents": None,
        "link": f"{first.base_url}/arbeitsliste",
        "day": day.isoformat(),
        "number": len(lines),
        "represented": sorted(_names(lines)),
    }


def _groups(items: _Items) -> dict[str, _Items]:
    """What is overdue, what is due soon, and the rest; in order of their days, what names none behind them."""
    groups = {
        "overdue": [one for one in items if one["overdue"]],
        "due": [one for one in items if one["due_on"] and not one["overdue"]],
        "other": [one for one in items if not one["due_on"] and not one["overdue"]],
    }
    for group in ("overdue", "due"):
        groups[group].sort(key=lambda one: one["due_on"] or date.max.isoformat())
    return groups


def _item(line: _Line, day: date, overdue: Collection[str]) -> dict[str, Any]:
    """One message as the digest shows it; only reminders tell a day, and nothing is said of what may not be told."""
    scene = line.scene
    told, reminds = may_mail_content(publicity(scene.dossier), scene.day), "rung" in scene.message.params
    due_on = scene.message.params["due_on"] if told and reminds else None
    late = due_on < day.isoformat() if due_on is not None else not reminds and scene.message.template in overdue
    return {
        "subject": line.subject,
        "link": neutral_context(scene)["link"],
        "due_on": due_on,
        "overdue": told and late,
    }


def _names(lines: Iterable[_Line]) -> set[str]:
    """For whom the recipient stands in."""
    return {name for line in lines if (name := neutral_context(line.scene)["represents"])}
