"""What a drafting template knows beyond the mail that it goes with: the questions and the blocks of the form.

``fragen`` (texts), ``angaben`` (id, label, hint, choices), ``beratungsfolge`` (gremium, sitzung, rolle), ``gesehen``
and ``gegenzeichen`` (keys of parties), ``ausfertigungen`` (amt, anzahl), ``bausteine`` (texts chosen when assigning).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..config.text import Lang
from . import draft_blocks
from .draft_blocks import Block
from .draft_form import Form
from .draft_language import block_text
from .failures import Permanent

#: Most questions that a draft has room for.
MOST_QUESTIONS = 500


def draft_context(
    context: Mapping[str, Any], form: Form, blocks: Mapping[str, Block], lang: Lang = "de"
) -> dict[str, Any]:
    """The context of a drafting template.

    Raises:
        Permanent: the case has more questions than a draft has room for.
    """
    facts, case = context["facts"], context["case"]
    questions = [str(one) for one in facts.get("fragen") or ()]
    if len(questions) > MOST_QUESTIONS:
        raise Permanent("draft_questions_too_many", count=len(questions), most=MOST_QUESTIONS)
    kind, today = case.get("lifecycle"), context.get("today")
    day = date.fromisoformat(today) if today else None
    known = {"lang": lang, **context, draft_blocks.BLOCKS: draft_blocks.carried(blocks, day, kind, lang)}
    return {
        **known,
        "fragen": questions,
        "angaben": [_required(one, lang) for one in form.required(kind)],
        "beratungsfolge": _consultations(context),
        "gesehen": _signers(facts, "gesehen"),
        "gegenzeichen": _signers(facts, "mitzeichnung") or _involved(facts),
        "ausfertigungen": _copies(facts),
        "bausteine": [block_text(str(id), known) for id in facts.get("bausteine") or ()],
    }


def _required(one: Any, lang: Lang) -> dict[str, Any]:
    choices = [{"id": choice.id, "label": choice.label.in_(lang)} for choice in one.choices]
    return {"id": one.id, "label": one.label.in_(lang), "hint": one.hint.in_(lang), "choices": choices}


def _consultations(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bodies that the answer goes through: as planned, else the one that asks and the session aimed at.

    Never empty: where nothing is known, there is a row to be filled in by hand.
    """
    facts = context["facts"]
    children = [child["facts"] for child in context["children"] if {"gremium", "sitzung"} <= child["facts"].keys()]
    planned = children or [one for one in facts.get("beratungsfolge") or () if isinstance(one, Mapping)]
    asking = [{"gremium": facts.get("gremium"), "sitzung": facts.get("zielsitzung")}]
    return [
        {"gremium": one.get("gremium"), "sitzung": one.get("sitzung"), "rolle": one.get("rolle")}
        for one in planned or asking
    ]


def _signers(facts: Mapping[str, Any], kind: str) -> list[str]:
    """The offices of the chain, in order of their steps."""
    planned = [one for one in facts.get("mitzeichnungen") or () if one.get("art", "mitzeichnung") == kind]
    return [one["amt"] for one in sorted(planned, key=lambda one: one.get("stufe") or 0) if "amt" in one]


def _involved(facts: Mapping[str, Any]) -> list[str]:
    """The offices that will be asked to co-sign; the lead office is none of them, for the draft is its own."""
    return [office for office in facts.get("beteiligt") or () if office != facts.get("federfuehrung")]


def _copies(facts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    lead = facts.get("federfuehrung")
    return facts.get("ausfertigungen") or ([{"amt": lead, "anzahl": 1}] if lead else [])
