"""Cases beside a case and above it, as a lifecycle file names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: By which fields cases are found that are no columns of a typed record: facts have an index for these alone.
FOUND_BY = ("gremium", "sitzung")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSpec:
    """Open cases of `lifecycle` told of events here: those below, or whose fields say the same as fields here.

    Guards may look at them, ended ones too. Such as the consultations that stand before a session: they belong to
    papers, and no session is their parent.
    """

    name: str
    lifecycle: str
    #: Their field (in a column of their typed record, else one of `FOUND_BY`) -> the field here before the event;
    #: empty: those below.
    where: Mapping[str, str] = field(default_factory=dict)
    #: Whether the fields here count as the event gives them; with one that is not known nothing is found.
    given: bool = False
    #: Whether only cases about the paper of the case above are found, without `where` all of them.
    beside: bool = False
    #: Their field (as with `where`) -> what it says.
    says: Mapping[str, str] = field(default_factory=dict)
    #: Event here -> the event that it fires on each of them; empty: guards here look at them, and nothing more.
    passes_on: Mapping[str, str] = field(default_factory=dict)
    #: Input field of their event -> the field here, as it is after the event.
    copy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentSpec:
    """To which case one belongs: that in the field `named`, or the open one of `lifecycle` found by its fields.

    With both it belongs to the one that is named, and the other must be there too, such as a session to be asked in.
    """

    named: str | None = None
    lifecycle: str | None = None
    #: Field (in a column of the typed record) of the case above -> the field here.
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSpec:
    """Cases of one parent and kind that wait for their turn: where, by which event they move up, and after what."""

    #: The state in which a case waits.
    waits: str
    #: The event by which the engine lets the first that waits move up, and the next, as long as its guards allow it.
    event: str
    #: Events of a case after which those beside it may move up.
    after: tuple[str, ...]
    #: Number fact that says who comes first; None: whoever was opened first.
    order: str | None = None
