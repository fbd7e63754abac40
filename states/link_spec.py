"""Cases beside a case, as a lifecycle file names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSpec:
    """Open cases beside this one, told of its events: those of `lifecycle` whose fields say the same as fields here.

    Such as the consultations that stand before a session: they belong to papers, and no session is their parent.
    """

    name: str
    lifecycle: str
    #: Their field (in a column of their typed record) -> the field here, as it was before the event.
    where: Mapping[str, str]
    #: Event here -> the event that it fires on each of them.
    passes_on: Mapping[str, str]
    #: Input field of their event -> the field here, as it is after the event.
    copy: Mapping[str, str] = field(default_factory=dict)
