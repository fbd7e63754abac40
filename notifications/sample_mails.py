"""The made-up message that a preview shows: to somebody who would get it, about a day that it could be about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ..config.text import Lang, Text
from .samples import samples
from .wording import sentence_text

#: A working morning two days before the due day of the samples, and the first one after it.
_IN_TIME, _LATE = datetime(2024, 1, 17, 7, tzinfo=UTC), datetime(2024, 1, 22, 7, tzinfo=UTC)
_ASKER, _LEAD, _OFFICE, _COSIGNER = "severcan", "amt01", "geschaeftsstelle", "amt41"
#: Who gets a template; the lead office, where it does not stand here.
_RECIPIENTS: Mapping[str, str] = {
    **dict.fromkeys(("eingang", "ergaenzung", "zurueckgewiesen", "zwischenbescheid", "fristverlaengerung"), _ASKER),
    **dict.fromkeys(("beantwortet", "vertagt", "zur_kenntnis", "zusage_erfuellt", "zusage_entfallen"), _ASKER),
    **dict.fromkeys(("abgeschlossen", "beratungsstand"), _ASKER),
    **dict.fromkeys(("abgelehnt", "zustellung", "fristablauf", "planverzug"), _OFFICE),
    **dict.fromkeys(
        (
            "beteiligung",
            "mitzeichnung",
            "mitzeichnung_entfallen",
            "unterbeteiligung_verweigert",
            "entwurf_geaendert",
            "entwurf_unwesentlich",
            "schweigen_gilt",
        ),
        _COSIGNER,
    ),
    "unterschrift": "ob",
    "ueberfaellig": "verwaltungsleitung",
}
#: What is due, where it is not the answer.
_DUE: Mapping[str, Text] = {
    "eingang": Text("Prüfung der Zulässigkeit", "admissibility check"),
    "ergaenzung": Text("Ergänzung durch die fragende Seite", "completion by the asker"),
    "mitzeichnung": Text("Mitzeichnung", "co-signature"),
    "entwurf_geaendert": Text("Mitzeichnung", "co-signature"),
    "zustellung": Text("Klärung der Zustellung", "clearing up the delivery"),
}
#: Messages that tell of the steps before a session.
_PLANS = frozenset({"rueckwaertsplan", "planverzug"})
#: Messages that say of a day that it is over.
OVERDUE = frozenset({"ueberfaellig", "fristablauf"})
_RUNGS: Mapping[str, int] = {"erinnerung": 1, "ueberfaellig": 3}


class SampleMail(NamedTuple):
    """What a template is given, and when it would be written."""

    known: dict[str, Any]
    written_at: datetime


def sample_mail(template: str, lang: Lang, *, late: bool) -> SampleMail:
    """The made-up case as `template` would see it, before its day or (`late`) after it."""
    late = late or template in OVERDUE
    sample = dict(samples(lang)[0 if late else 2])
    key = _RECIPIENTS.get(template, _LEAD)
    kind = "person" if key == _ASKER else "office"
    sample["recipient"] = {"key": key, "name": sample["names"][key], "kind": kind}
    sample["represents"] = None
    sample["functions"] = {"geschaeftsstelle": _OFFICE, "oberbuergermeister": "ob"}
    sample["also_to"] = [party for party in sample["also_to"] if party != key]
    sample["params"] = {**sample["params"], "rung": _RUNGS.get(template, 1), "rungs": 4, "missed": [], "earlier": []}
    return SampleMail({**sample, **_deadlines(sample, template, lang)}, _LATE if late else _IN_TIME)


def _deadlines(sample: Mapping[str, Any], template: str, lang: Lang) -> dict[str, Any]:
    due = dict(sample["deadline"])
    if template in _DUE:
        due["label"] = _DUE[template].in_(lang)
        due["trace"] = [sentence_text(due["label"]) + line[line.index(":") :] for line in due["trace"]]
    steps = [one for one in sample["deadlines"] if one["milestone"]] if template in _PLANS else []
    if template == "rueckwaertsplan":
        steps = [{**one, "slips": [], "lost": False} for one in steps]
    ahead = template == "auftrag" and not due["overdue"]
    accept = [one for one in sample["deadlines"] if one["name"] == "annahme"] if ahead else []
    return {"deadline": due, "deadlines": [due, *accept, *steps]}
