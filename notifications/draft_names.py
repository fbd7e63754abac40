"""The names that a drafting template may use; None: whatever stands below it is not known in advance."""

from collections.abc import Mapping

#: What Jinja itself and its loops know.
LOOP = frozenset(
    {"loop", "range", "dict", "namespace", "joiner", "cycler", "lipsum", "true", "false", "none", "caller"}
)

_DEADLINE = frozenset(
    {"name", "label", "due_on", "at", "days_left", "overdue", "working_days_late", "basis", "set", "trace", "since"}
    | {"was", "changed", "milestone", "session", "aim", "until", "who", "slips", "lost"}
)
KNOWN: Mapping[str, frozenset[str] | None] = {
    "recipient": frozenset({"key", "name", "kind"}),
    "body": frozenset({"key", "name", "office"}),
    "case": frozenset({"id", "number", "subject", "title", "kind", "lifecycle", "state", "owner"}),
    "main": frozenset({"id", "kind", "facts", "open", "labels", "answers"}),
    "deadline": _DEADLINE,
    "params": None,
    "functions": None,
    "names": None,
    **dict.fromkeys(
        ("deadlines", "ended", "children", "also_to", "link", "base_url", "represents", "attached", "lang")
    ),
    **dict.fromkeys(("today", "fragen", "angaben", "beratungsfolge", "gesehen", "gegenzeichen", "ausfertigungen")),
    **dict.fromkeys(("bausteine", "baustein")),
}

#: What the items of a list have.
ITEMS: Mapping[str, frozenset[str]] = {
    "beratungsfolge": frozenset({"gremium", "sitzung", "rolle"}),
    "ausfertigungen": frozenset({"amt", "anzahl"}),
    "angaben": frozenset({"id", "label", "hint", "choices"}),
}
