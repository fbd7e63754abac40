"""The statuses of a message in the words in which people read them: in lists, and in what a refusal says."""

from collections.abc import Iterable, Mapping

from ..config.text import Text

LABELS: Mapping[str, Text] = {
    "queued": Text("wartend", "queued"),
    "leased": Text("in Zustellung", "being delivered"),
    "sent": Text("gesendet", "sent"),
    "deferred": Text("zurückgestellt", "deferred"),
    "dead": Text("unzustellbar", "dead"),
    "bounced": Text("zurückgekommen", "bounced"),
    "held": Text("angehalten", "held"),
    "cancelled": Text("überholt", "cancelled"),
}


def listed(statuses: Iterable[str]) -> Text:
    """Several of them, one after the other."""
    labels = [LABELS[status] for status in statuses]
    return Text(", ".join(label.de for label in labels), ", ".join(label.en for label in labels))


def status_of(given: str) -> str | None:
    """The status that is meant by its key or by one of its labels; None: there is none."""
    wanted = given.strip().casefold()
    return next((key for key, label in LABELS.items() if wanted in {key, *map(str.casefold, label)}), None)
