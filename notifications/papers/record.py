"""What is known of a case for its papers: who signed, who co-signed, which interim reply went out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from ...config.errors import NotFoundError
from ...states import queries
from ...states.closed_sessions import closed_days
from ...states.files import read_file
from ...states.kin import Known as Dossiered
from ...states.queries import HistoryLine
from ...states.visibility import PUBLIC, is_public, public_parts
from ..context import Scene, facts_known, publicity
from ..queries import role_of
from ..scenes import Sources
from .chain import FinalSignature
from .resolution import CONSULTING, resolution_of
from .treatments import treatments_of
from .view import Interim, Known, Signed

#: The event by which an interim reply goes out.
INTERIM = "zwischenbescheid"
#: The answers question by question; with it, what of the answer is filed with a draft.
ANSWERS = "antworten"
_WORDS = (ANSWERS, "angaben")
#: What is resolved upon; it may be worded before a draft is filed, but not after it was signed.
_PROPOSED = "beschlussvorschlag"
#: Endings of files that hold nothing but a text.
_PLAIN = (".txt", ".md")
#: Who signs where the signature names no other role.
_HEAD = "oberbuergermeister"
#: What stands above the name of who signs for somebody else.
_FORMS = {"i. V.": "In Vertretung", "i. A.": "Im Auftrag"}


def known_of(sources: Sources, scene: Scene, *, goes_out: bool = False) -> Known:
    """What is known of the case of a scene on its day; `goes_out`: for a paper that leaves the house."""
    case = scene.dossier.case
    facts = facts_known(case)
    signing = sources.signing(case.row["id"])
    with sources.database.reading() as connection:
        lines = queries.history(connection, case.row["id"])
        closed = closed_days(connection, scene.town.key) if goes_out else None
        final = signing.final if _is_bound(case, signing.final, lines) else None
        return Known(
            public=is_public(publicity(scene.dossier)),
            published=publicity(scene.dossier).answered,
            today=scene.day,
            final=final,
            text=None if facts.get(ANSWERS) else _text_of(connection, case),
            signed=_signed(connection, scene, final),
            interim=_interim(scene, lines),
            chain=signing.rows,
            versions=signing.versions,
            consultations=_open_to(scene, _consultations(scene, facts), closed),
            treatments=_open_to(scene, treatments_of(connection, _stops(scene), sources.lifecycles), closed),
            resolution=resolution_of(connection, scene.dossier, sources.lifecycles, lines),
        )


def _is_bound(case: Dossiered, final: FinalSignature | None, lines: Sequence[HistoryLine]) -> bool:
    """Whether the words of the answer are still those that were filed with the draft whose hash was signed."""
    spec = case.lifecycle.signature
    if final is None or spec is None:
        return final is not None  # in a case that began before signatures were bound
    filed = [line for line in lines if line.data and spec.draft in line.data and line.seq < final.seq]
    words, facts = (filed[-1].data if filed else None) or {}, facts_known(case)
    worded = [line for line in lines if line.data and _PROPOSED in line.data]
    signed = [line.data[_PROPOSED] for line in worded if line.data and line.seq < final.seq]
    same = len(signed) == len(worded) or facts.get(_PROPOSED) == (signed[-1] if signed else None)
    return same and all(facts.get(name) == words.get(name) for name in (spec.draft, *_WORDS))


def _text_of(connection: Connection, case: Dossiered) -> str | None:
    """What stands in the draft, if it is a plain text and here; what a file of another kind says is in that file."""
    draft = facts_known(case).get(case.lifecycle.signature.draft) if case.lifecycle.signature else None
    if not isinstance(draft, Mapping) or not str(draft["name"]).lower().endswith(_PLAIN):
        return None
    try:
        return read_file(connection, case.row["body"], str(draft["sha256"])).decode("utf-8-sig")
    except (NotFoundError, UnicodeDecodeError):
        return None


def _signed(connection: Connection, scene: Scene, final: FinalSignature | None) -> Signed | None:
    if final is None:
        return None
    town, facts = scene.town, facts_known(scene.dossier.case)
    signing = (facts.get(final.role), town.functions.get(final.role), town.functions.get(_HEAD))
    office = next((key for key in signing if isinstance(key, str)), "")
    return Signed(
        name=final.signer_name,
        role=role_of(connection, town.key, final.signer, office),
        on_behalf_of=final.on_behalf_name,
        day=_day(scene, final.at),
        form=_FORMS.get(final.form, ""),
    )


def _interim(scene: Scene, lines: Sequence[HistoryLine]) -> Interim | None:
    for line in reversed(lines):
        if line.event == INTERIM and line.data:
            until = str(line.data.get("neuer_termin", ""))
            return Interim(str(line.data.get("grund") or line.reason or ""), until, _day(scene, line.at), line.seq)
    return None


def _day(scene: Scene, at: datetime) -> date:
    return scene.town.today(at)


def _consultations(scene: Scene, facts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The stops as they stand, else as planned, else the session for which the answer is wanted."""
    stops = [facts_known(child) | {PUBLIC: bool(child.row["public"])} for child in _stops(scene)]
    found = [stop for stop in stops if "gremium" in stop] if stops else facts.get("beratungsfolge")
    if not found and "zielsitzung" in facts and "gremium" in facts:
        return [{"gremium": facts["gremium"], "sitzung": facts["zielsitzung"], "rolle": "kenntnisnahme"}]
    return found or []


def _stops(scene: Scene) -> list[Dossiered]:
    return [child for child in scene.dossier.children if child.row["child"] == CONSULTING]


def _open_to(
    scene: Scene, stops: Sequence[Mapping[str, Any]], closed: Collection[tuple[Any, Any]] | None
) -> Sequence[Mapping[str, Any]]:
    """What goes out of a public case names no session that is not public; `closed`: of which body, and when.

    None: it does not go out.
    """
    if closed is None:
        return list(stops)
    hidden = {PUBLIC: False}
    told = [{**one, **hidden} if (one.get("gremium"), one.get("sitzung")) in closed else one for one in stops]
    return public_parts(publicity(scene.dossier), told)
