"""What bodies do with what stands before them: in words, and which of their results counts."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

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
    "ohne_votum_beendet": Text("ohne Votum beendet", "ended without an opinion"),
    "erledigt": Text("ohne Beschluss erledigt", "settled without a decision"),
    "ohne_beschluss": Text("ohne Beschluss erledigt", "settled without a decision"),
}
#: The state in which a stop stands before a session, and how it stands there once it has its item.
PLANNED, ON_AGENDA = "geplant", Text("auf der Tagesordnung", "on the agenda")
#: After it the stop stands before a later session of the same body.
POSTPONED = "vertagt"
#: What became of a stop, or its state, where no body has to deal with it any more.
WITHDRAWN = "zurueckgezogen"
_ENDED_WITHOUT_OPINION = "ohne_votum_beendet"
GIVEN_UP = frozenset({_ENDED_WITHOUT_OPINION, WITHDRAWN})
#: What took an item off its session before anybody dealt with it.
TAKEN_OFF = GIVEN_UP | {POSTPONED, "abgesetzt"}
#: What does not end a stop: it stands before a later session, or another body.
_GOES_ON = frozenset({POSTPONED, "abgesetzt", "verwiesen", "sitzung_entfallen", "nicht_behandelt"})
ENDINGS = frozenset(RESULTS) - _GOES_ON
#: After it a stop stands before no session, until somebody ends it or finds a new day.
_LEFT = frozenset({"abgesetzt", "verwiesen", "sitzung_entfallen"})
#: What may end a stop that stands before no session.
_ENDED_SINCE = GIVEN_UP | {"erledigt"}
#: What a row of `behandlungen` says that was entered by mistake, and was taken back.
STRUCK = "berichtigt"
ROLES: Mapping[str, Text] = {
    "kenntnisnahme": Text("Kenntnisnahme", "for information"),
    "anhoerung": Text("Anhörung", "hearing"),
    "vorberatung": Text("Vorberatung", "preliminary consultation"),
    "entscheidung": Text("Entscheidung", "decision"),
}
#: Those in which a body only gives its opinion to the one that decides.
ADVISING = frozenset({"vorberatung", "anhoerung"})
#: The states in which a stop of a Beratungsfolge has decided, and what such a stop keeps of itself.
DECISIONS = frozenset({"beschlossen", "geaendert_beschlossen", "abgelehnt"})
AUTHORITATIVE, TREATED, RESULT, _DAY = "massgeblich_entschieden", "behandlungen", "ergebnis", "sitzung"
#: Of what was referred, in the row of `behandlungen`: the stop before the other body, and in it how that is called.
REFERRAL, BODY_NAME = "verweisung", "name"
#: The day on which another body has dealt with what was referred to it.
_TREATED_ON = "behandelt_am"


class Weight(NamedTuple):
    """How much the result of a stop counts against that of another: the authoritative decision, else the last.

    Of two on one day the one that stands later in the Beratungsfolge.
    """

    decided: bool
    authoritative: bool
    day: str
    round: int
    position: int


def weight(state: str, facts: Mapping[str, Any], round_: int, position: int) -> Weight:
    """The weight of a stop; `round_` and `position` say where it stands in the Beratungsfolge."""
    decided = state in DECISIONS
    return Weight(decided, decided and bool(facts.get(AUTHORITATIVE)), treated_on(facts) or "", round_, position)


def treated_on(facts: Mapping[str, Any]) -> str | None:
    """The day on which a body has dealt with a stop last: the other one, where that ended what was referred to it."""
    treated = [one for one in facts.get(TREATED) or () if not one.get(STRUCK)] or [{}]
    day = facts.get(_TREATED_ON) or treated[-1].get(_DAY)
    return None if day is None else str(day)


def outcome_place(rows: Sequence[Mapping[str, Any]], day: str) -> int | None:
    """The place in `behandlungen` of what the session of a day did with a stop last; None: nothing."""
    since = ended_since(rows)
    places = (place for place, row in enumerate(rows) if row.get(_DAY) == day and not row.get(STRUCK))
    return max((place for place in places if place not in since), default=None)


def ended_since(rows: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """The places in `behandlungen` of what ended a stop that had left its session.

    It is noted under the day of that session, and is nothing that the body did.
    """
    valid = [(place, row) for place, row in enumerate(rows) if not row.get(STRUCK)]
    return frozenset(place for (_, before), (place, row) in pairwise(valid) if _is_end_of(before, row))


def _is_end_of(before: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    result = row.get(RESULT)
    is_end = result == _ENDED_WITHOUT_OPINION or (result in _ENDED_SINCE and before.get(RESULT) in _LEFT)
    return is_end and before.get(_DAY) == row.get(_DAY)


def is_over(facts: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    """Whether the last row is all there is of a stop: it ended there, or waits for a new day."""
    is_last = last.get(RESULT) == facts.get(RESULT) or last.get(_DAY) == facts.get(_DAY)
    return bool(is_last and not last.get(STRUCK))


def told_outside(treatment: Mapping[str, Any]) -> dict[str, Any]:
    """What a body did, without the stop to which it referred the paper if that is not public."""
    is_hidden = (treatment.get(REFERRAL) or {}).get("oeffentlich") is False
    return {name: value for name, value in treatment.items() if not (is_hidden and name == REFERRAL)}


def result_text(result: str | None) -> Text | None:
    """The words for a result; of one that a town's own lifecycle knows, the result itself."""
    return None if result is None else RESULTS.get(result, Text(result, result))


def treatment_text(treatment: Mapping[str, Any] | None) -> Text | None:
    """The words for what a body did on a day (`Stop.result_on`): the result, and where the paper goes from there.

    What was entered by mistake says so.
    """
    text, day = result_text((treatment or {}).get("ergebnis")), (treatment or {}).get("neuer_tag")
    if text is not None and (treatment or {}).get(STRUCK):
        return Text(f"berichtigt, war: {text.de}", f"corrected, was: {text.en}")
    if text is not None and (referral := (treatment or {}).get(REFERRAL)):
        body, day = referral.get(BODY_NAME) or referral["gremium"], date.fromisoformat(referral[_DAY])
        return Text(f"{text.de} an {body} ({day:%d.%m.%Y})", f"{text.en} to {body} ({day})")
    if text is None or day is None:
        return text
    return Text(f"{text.de} auf {date.fromisoformat(day):%d.%m.%Y}", f"{text.en} to {day}")


def role_text(role: str | None) -> Text | None:
    """The words for the role of a consultation, likewise."""
    return None if role is None else ROLES.get(role, Text(role, role))
