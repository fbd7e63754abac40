"""What the layouts of papers see: the context of a mail about the case, and what only a paper needs.

Beside the keys of `context` there are ``number, own_number, called, about, involved, public, answers, by_question,
consultations, treatments, resolution, signed, draft, preview, chain, versions, copies, publication, interim, today,
words``. All of it is plain: dictionaries, lists, texts, numbers; days are ISO texts.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from .chain import ChainRow, FinalSignature, ShownVersion, chain_view, versions_view
from .resolution import Resolution

#: What bodies do with a paper, in words.
WORDS: Mapping[str, str] = {
    "kenntnisnahme": "Kenntnisnahme",
    "anhoerung": "Anhörung",
    "vorberatung": "Vorberatung",
    "entscheidung": "Entscheidung",
}


class Signed(NamedTuple):
    """Who has signed an answer, and when."""

    name: str
    #: Their function: Oberbürgermeister.
    role: str | None
    #: For whom, where somebody stood in.
    on_behalf_of: str | None
    day: date
    #: "In Vertretung", "Im Auftrag", or empty.
    form: str = ""


class Interim(NamedTuple):
    """The newest interim reply: why the answer takes longer, and until when."""

    reason: str
    until: str
    day: date
    #: The line of the log that tells of it.
    seq: int = 0


class Known(NamedTuple):
    """What a paper tells besides what a mail about the case would."""

    public: bool
    today: date
    #: Whether the answer has been made known: an embargo on it is over.
    published: bool = False
    #: Whether answers have a number of their own in this town.
    own_number: bool = False
    #: What the town calls this kind of paper; None: by its usual name.
    called: str | None = None
    #: The answer as one text, where it is not kept question by question.
    text: str | None = None
    #: Whether it is to be seen by nobody as the real paper, whatever was signed.
    preview: bool = False
    #: Whether it goes out without the signature of the answer: an interim reply.
    unsigned: bool = False
    #: The signature, if it stands under the words that there are now.
    final: FinalSignature | None = None
    signed: Signed | None = None
    interim: Interim | None = None
    chain: Sequence[ChainRow] = ()
    versions: Sequence[ShownVersion] = ()
    #: The bodies that deal with it: gremium, sitzung, rolle, top.
    consultations: Sequence[Mapping[str, Any]] = ()
    #: Day by day what became of it before them: gremium, sitzung, rolle, top, ergebnis, niederschrift.
    treatments: Sequence[Mapping[str, Any]] = ()
    #: What a body has resolved on it; None: nothing (yet).
    resolution: Resolution | None = None
    #: The only office that an extract is for; None: all.
    office: str | None = None


def view(context: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The values for a layout. They are in German: papers of a town are written in the language of the office."""
    facts = context["facts"]
    signed = None if known.preview else known.signed
    copies = [copy for copy in facts.get("ausfertigungen") or () if known.office in {None, copy.get("amt")}]
    return {
        **context,
        "lang": "de",
        "number": _number(context, own_number=known.own_number),
        "about": _about(context),
        "involved": _involved(facts),
        "own_number": known.own_number,
        "called": known.called,
        "public": known.public,
        "answers": answers(facts, known.text),
        "by_question": bool(facts.get("antworten")),
        "consultations": [dict(one) for one in known.consultations],
        "treatments": [dict(one) for one in known.treatments],
        "resolution": known.resolution and _resolved(known.resolution),
        "signed": _signed(signed, facts),
        "draft": known.preview or (signed is None and not known.unsigned),
        "preview": known.preview,
        "chain": chain_view(known.chain),
        "versions": versions_view(known.versions),
        "copies": copies or [{"amt": known.office, "anzahl": 1}] * (known.office is not None),
        "publication": _publication(facts, public=known.public, published=known.published),
        "interim": known.interim and {**known.interim._asdict(), "day": known.interim.day.isoformat()},
        "today": known.today.isoformat(),
        "words": dict(WORDS),
    }


def _resolved(resolution: Resolution) -> dict[str, Any]:
    lists = {name: list(getattr(resolution, name)) for name in ("proposed", "amendments", "tasks")}
    return {**resolution._asdict(), **lists}


def _number(context: Mapping[str, Any], *, own_number: bool) -> str | None:
    """That of the paper: its own where answers have one, be it a case of its own or not; else that of the inquiry."""
    answered = context["main"]["answers"]
    if own_number and not answered:
        own: str | None = context["facts"].get("stellungnahme_nummer")
        return own
    number: str | None = context["case"]["number"]
    return number or (answered["number"] if answered and not own_number else None)


def _about(context: Mapping[str, Any]) -> dict[str, Any]:
    """What the paper is about (kind, number): the paper that it answers, else the case itself."""
    case = context["case"]
    return dict(context["main"]["answers"] or {"kind": case["kind"], "number": case["number"]})


def _involved(facts: Mapping[str, Any]) -> list[str]:
    """The offices that take part; who only sees it does not."""
    seeing = {one.get("amt") for one in facts.get("mitzeichnungen") or () if one.get("art") == "gesehen"}
    return [office for office in facts.get("beteiligt") or () if office not in seeing]


def answers(facts: Mapping[str, Any], text: str | None) -> list[dict[str, str]]:
    """Question and answer, in the order of the questions; else `text` as one answer to all.

    A question that nobody has answered has an empty answer; what answers none of the questions comes after them. Where
    nobody has asked, answers stand for themselves.
    """
    given = [{"frage": one.get("frage", ""), "antwort": one.get("antwort", "")} for one in facts.get("antworten") or ()]
    questions = [str(one) for one in facts.get("fragen") or ()]
    if not questions:
        given = [{**one, "frage": ""} for one in given]
    if not given:
        return [{"frage": "", "antwort": text}] if text else []
    asked = [{"frage": question, "antwort": _taken(given, question)} for question in questions]
    return [*asked, *given]


def _taken(given: list[dict[str, str]], question: str) -> str:
    """The answer to a question, taken out of those given: the same question twice has two answers."""
    found = next((one for one in given if _same(one["frage"]) == _same(question)), None)
    if found is None:
        return ""
    given.remove(found)
    return found["antwort"] or ""


def _same(question: str) -> str:
    return " ".join(question.split()).casefold()


def _signed(signed: Signed | None, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    if signed is None:
        return None
    day = facts.get("unterzeichnet_am") or signed.day.isoformat()
    return {**signed._asdict(), "day": day}


def _publication(facts: Mapping[str, Any], *, public: bool, published: bool) -> dict[str, Any]:
    """Which box of the Verfügung is ticked: yes, no, or none as long as nobody has said it."""
    said, until = facts.get("veroeffentlichung"), facts.get("gesperrt_bis")
    locked = until is not None and said is None and not published
    hidden = said == "nichtoeffentlich" or not public
    yes = public and (said == "oeffentlich" or published)
    return {"yes": yes, "no": hidden or locked, "until": None if published else until, "was_until": until}
