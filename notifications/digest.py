"""A digest: several messages for one recipient in one mail, what is overdue and what is due soon apart."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from ..config.errors import VorgangError
from .bundles import Verdict
from .composer import Composer
from .context import Scene, neutral_context, publicity
from .failures import Overtaken, Permanent, Temporary, brief
from .mail import Letter, Mail, build
from .outbox import DIGEST_AT, Leased
from .visibility import may_show_content

log = logging.getLogger("vorgang.mail")

#: The words of a digest; not to be named by a lifecycle.
TEMPLATE = "_sammelmail"


class Digest(NamedTuple):
    """The mail (None: nothing is left to be told) and what it tells of each message, the leader first."""

    mail: Mail | None
    verdicts: tuple[Verdict, ...]


class _Line(NamedTuple):
    scene: Scene
    subject: str


def compose_digest(composer: Composer, leader: Leased, members: Sequence[Leased]) -> Digest:
    """The digest that `leader` leads. A message that cannot be written is left out; it stops no other.

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
    return Digest(_mail(composer, leader, lines), tuple(verdicts))


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


def _mail(composer: Composer, leader: Leased, lines: Sequence[_Line]) -> Mail:
    first = lines[0].scene
    at = datetime.fromisoformat(leader.params[DIGEST_AT])
    day = first.town.today(at)
    words = composer.render(TEMPLATE, first.lang, _context(first, lines, day))
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


def _context(first: Scene, lines: Sequence[_Line], day: date) -> dict[str, Any]:
    items = [_item(line, day) for line in lines]
    groups = {
        "overdue": [one for one in items if one["overdue"]],
        "due": [one for one in items if one["due_on"] and not one["overdue"]],
        "other": [one for one in items if not one["due_on"]],
    }
    for group in ("overdue", "due"):
        groups[group].sort(key=lambda one: str(one["due_on"]))
    return {
        **neutral_context(first),
        "represents": None,
        "link": f"{first.base_url}/arbeitsliste",
        "day": day.isoformat(),
        "number": len(items),
        **groups,
        "represented": sorted(_names(lines)),
    }


def _item(line: _Line, day: date) -> dict[str, Any]:
    """One message as the digest shows it; only reminders tell a day, and only of what may be told."""
    scene = line.scene
    tells = "rung" in scene.message.params and may_show_content(publicity(scene.dossier), scene.reader)
    due_on = scene.message.params["due_on"] if tells else None
    return {
        "subject": line.subject,
        "link": neutral_context(scene)["link"],
        "due_on": due_on,
        "overdue": due_on is not None and due_on < day.isoformat(),
    }


def _names(lines: Iterable[_Line]) -> set[str]:
    """For whom the recipient stands in."""
    return {name for line in lines if (name := neutral_context(line.scene)["represents"])}
