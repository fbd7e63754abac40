"""What an audit can find, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..config.text import Lang
from ..config.texts import remedy_of, text_of

Code: TypeAlias = Literal[
    "audit_changed",  # the content of a line is not what its hash says
    "audit_personal_changed",  # the personal part of a line is neither what it was nor erased
    "audit_exchanged",  # a line is sound in itself, but the next one follows another
    "audit_removed",  # lines in the midst of a log are gone
    "audit_inserted",  # lines that the log cannot hold
    "audit_truncated",  # the last lines of a log are gone
    "audit_case_removed",  # lines whose case is gone
    "audit_state_changed",  # the case stands in a state that its log does not know
    "audit_head_removed",  # a head between two heads is gone
    "audit_head_invalid",  # the lines under a head are not those that were signed
    "audit_signature_invalid",  # a head was not signed by a known key
    "audit_signature_changed",  # a signature is not the one that its line of the log tells of
    "audit_signature_missing",  # the log tells of a signature that is gone
    "audit_anchor_missing",  # the head that was kept elsewhere is not there
    "package_changed",  # a file of a package is not what its checksum says
    "package_missing",  # a file that a package names is not in it
    "package_unlisted",  # a file in a package, or one of the same name, that it does not name
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One thing that is not as it was written: in the log of a case, at a line (`seq`), or under a head."""

    code: Code
    case_id: str | None = None
    seq: int | None = None
    head: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: Lang = "de") -> str:
        """What was found, in `lang`."""
        return text_of(self.code, self._places(), lang)

    def remedy(self, lang: Lang = "de") -> str:
        """What to do about it, in `lang`."""
        return remedy_of(self.code, self._places(), lang)

    def _places(self) -> dict[str, object]:
        return {"case": self.case_id, "seq": self.seq, "head": self.head, **self.params}
