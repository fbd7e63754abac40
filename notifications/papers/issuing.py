"""Papers that leave the house, kept as they left it: whoever asks again is handed the same bytes.

An answer is issued once it is signed and made known, an extract of it likewise, one of a resolution once that is issued
to the offices, an interim reply once it was sent; in each form, and blacked out or not. Another signature, another
publication, more names to black out, other papers that may not be named any more, for an extract also another standing
of the consultations make another issue. The Verfügung is a view of how things stand, and a preview is no paper: neither
is ever issued.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from ...states.columns import instant_text
from ...states.issues import Issue, IssueKey, content_of_issue, find_issue, keep_issue
from ...states.publicity import facts_of
from ...states.visibility import PUBLISHED
from ..context import Scene, publicity
from ..drafting import Attachment
from ..scenes import Sources
from .press import Set, Wish, set_of
from .printing import Papers, Printed
from .record import INTERIM
from .references import REFERENCES


def issued(sources: Sources, papers: Papers, scene: Scene, wish: Wish, *, keep: bool = True) -> Printed:
    """The paper as it was issued; set now, and kept if `keep`, if it has not been yet or is none that is issued.

    Errors as in `press.set_of`, and:

    Raises:
        NotFoundError: it was issued, but its content has been erased.
    """
    made = set_of(sources, papers, scene, wish)
    key = _key(scene, wish, made)
    if key is None:
        return papers.printed(made.sheet, wish.form)
    body = scene.town.key
    with sources.database.reading() as connection:
        found = find_issue(connection, key)
        if found is not None:
            return handed_out(found, content_of_issue(connection, body, found, scene.town.zone))
    printed = papers.printed(made.sheet, wish.form)
    if not keep:
        return printed
    with sources.database.writing() as connection:
        found = keep_issue(connection, body, _issue(key, scene, made, printed), printed.file.content)
        return handed_out(found, content_of_issue(connection, body, found, scene.town.zone))


def handed_out(issue: Issue, content: bytes) -> Printed:
    """An issue with its content."""
    told = issue.told
    file = Attachment(issue.name, issue.media_type, content)
    return Printed(file, False, told["redacted"], tuple(told["unshown"]), issue.issued_at)


def _key(scene: Scene, wish: Wish, made: Set) -> IssueKey | None:
    """What tells this issue from others; None: it is not issued."""
    basis = _basis(scene, wish, made)
    if basis is None or made.sheet.view["draft"]:
        return None
    digest = sha256(json.dumps(basis, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return IssueKey(scene.dossier.case.row["id"], made.sheet.kind, wish.form, "de", digest)


def _basis(scene: Scene, wish: Wish, made: Set) -> Mapping[str, Any] | None:
    redaction = made.sheet.redaction
    black = sorted((*redaction.names, *redaction.streets)) if redaction is not None else None
    if wish.kind == INTERIM:
        return {"seq": _seq(made), "black": black}
    extract = (wish.office, *(made.sheet.view[name] for name in _OF_EXTRACTS)) if wish.kind == "ausfertigung" else None
    if extract is not None and made.known.resolution is not None:
        return {"extract": extract, "published": _published(scene), "black": black}
    final = made.known.final
    if final is None or wish.kind == "verfuegung" or not publicity(scene.dossier).answered:
        return None
    signed = {"seq": final.seq, "draft": final.draft_sha256}
    named = made.sheet.view["facts"].get(REFERENCES)
    return {**signed, "published": _published(scene), "extract": extract, "named": named, "black": black}


#: What an extract tells that goes on changing after the answer has been published.
_OF_EXTRACTS = ("consultations", "treatments", "copies", "resolution")


def _seq(made: Set) -> int:
    known = made.known
    if made.sheet.kind == INTERIM:
        return known.interim.seq if known.interim else 0
    return known.final.seq if known.final else known.resolution.seq if known.resolution else 0


def _published(scene: Scene) -> str | None:
    """When it was made known to the public; None: to those concerned only."""
    paper = scene.dossier.paper or {}
    at = paper.get(PUBLISHED) or facts_of(scene.dossier.case).get(PUBLISHED)
    return instant_text(at) if isinstance(at, datetime) else str(at) if at else None


def _issue(key: IssueKey, scene: Scene, made: Set, printed: Printed) -> Issue:
    final = made.known.final
    return Issue(
        key=key,
        anonymised=made.sheet.redaction is not None,
        draft_sha256=final.draft_sha256 if final is not None and key.kind != INTERIM else None,
        seq=_seq(made),
        name=printed.file.name,
        media_type=printed.file.media_type,
        sha256=sha256(printed.file.content).hexdigest(),
        told={"redacted": dict(printed.redacted), "unshown": list(printed.unshown)},
        issued_at=scene.message.written_at,
    )
