"""What bodies do with what stands before them: in words, and which of their results counts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..config.text import Text

#: How a consultation keeps it in `behandlungen` and in its result.
RESULTS: Mapping[str, Text] = {
    "zur_kenntnis_genommen": Text("zur Kenntnis genommen", "noted"),
    "durch_zustellung_zur_kenntnis_genommen": Text("durch Zustellung zur Kenntnis genommen", "noted on delivery"),
    "beschlossen": Text("unverändert beschlossen", "adopted unchanged"),
    "geaendert_beschlossen": Text("geändert beschlossen", "adopted with changes"),
    "empfohlen": Text("empfohlen", "recommended"),
    "abgelehnt": Text("abgelehnt", "rejected"),
    "nicht_empfohlen": Text("Ablehnung empfohlen", "rejection recommended"),
    "vertagt": Text("vertagt", "postponed"),
    "abgesetzt": Text("von der Tagesordnung abgesetzt", "removed from the agenda"),
    "verwiesen": Text("verwiesen", "referred"),
    "sitzung_entfallen": Text("Sitzung entfallen", "session did not take place"),
    "nicht_behandelt": Text("nicht behandelt", "not dealt with"),
    "zurueckgezogen": Text("zurückgezogen", "withdrawn"),
    "ohne_beschluss": Text("ohne Beschluss erledigt", "settled without a decision"),
}
#: After it the stop stands before a later session of the same body.
POSTPONED = "vertagt"
ROLES: Mapping[str, Text] = {
    "kenntnisnahme": Text("Kenntnisnahme", "for information"),
    "anhoerung": Text("Anhörung", "hearing"),
    "vorberatung": Text("Vorberatung", "preliminary consultation"),
    "entscheidung": Text("Entscheidung", "decision"),
}
#: The states in which a stop of a Beratungsfolge has decided, and what such a stop keeps of itself.
DECISIONS = frozenset({"beschlossen", "geaendert_beschlossen", "abgelehnt"})
AUTHORITATIVE, TREATED, _DAY = "massgeblich_entschieden", "behandlungen", "sitzung"


def weight(state: str, facts: Mapping[str, Any], round_: int) -> tuple[bool, bool, str, int]:
    """How much the result of a stop counts against that of another: the authoritative decision, else the last."""
    decided = state in DECISIONS
    treated = facts.get(TREATED) or [{}]
    return decided, decided and bool(facts.get(AUTHORITATIVE)), str(treated[-1].get(_DAY, "")), round_


def result_text(result: str | None) -> Text | None:
    """The words for a result; of one that a town's own lifecycle knows, the result itself."""
    return None if result is None else RESULTS.get(result, Text(result, result))


def treatment_text(treatment: Mapping[str, Any] | None) -> Text | None:
    """The words for what a body did on a day (`Stop.result_on`): the result, and the day to which it is postponed."""
    text, day = result_text((treatment or {}).get("ergebnis")), (treatment or {}).get("neuer_tag")
    if text is None or day is None:
        return text
    return Text(f"{text.de} auf {date.fromisoformat(day):%d.%m.%Y}", f"{text.en} to {day}")


def role_text(role: str | None) -> Text | None:
    """The words for the role of a consultation, likewise."""
    return None if role is None else ROLES.get(role, Text(role, role))
