"""Heads of the log: signed hashes over all lines since the head before, so that history cannot be rewritten unseen.

hash = SHA-256(line hash ⏎ line hash ⏎ … header); the header is the canonical JSON of instant, last line, number of
lines and the hash of the head before. The signature covers the hash. Pure; `audit` reads and writes the rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from .audit_findings import AuditFinding
from .ledger import GENESIS, canonical

if TYPE_CHECKING:
    from .audit_keys import PublicKey

#: What a signature is for; the same key may sign other things elsewhere.
_PURPOSE = "vorgang head 1 "


class Head(NamedTuple):
    """A head. `at` is the instant as text; `hash` is what an office keeps elsewhere."""

    id: int
    at: str
    last_id: int
    lines: int
    prev_hash: str
    hash: str
    key_id: str
    signature: str


class LineHash(NamedTuple):
    """One line as a head sees it."""

    id: int
    hash: str


class Digest:
    """Takes up lines in the order of their ids, then tells the hash of the head over them."""

    def __init__(self) -> None:
        self.lines = 0
        self._sum = sha256()

    def add(self, line_hash: str) -> None:
        """Take up the next line."""
        self.lines += 1
        self._sum.update(f"{line_hash}\n".encode())

    def hash(self, at: str, last_id: int, prev_hash: str) -> str:
        """The hash of a head over the lines so far."""
        header = canonical({"at": at, "last_id": last_id, "lines": self.lines, "prev": prev_hash})
        whole = self._sum.copy()
        whole.update(header.encode())
        return whole.hexdigest()


def signed_message(head_hash: str) -> bytes:
    """What is signed for a head."""
    return f"{_PURPOSE}{head_hash}".encode()


@dataclass(slots=True)
class HeadTally:
    """What was seen on the way."""

    heads: int = 0
    unsigned: int = 0
    newest: Head | None = None
    hashes: set[str] = field(default_factory=set)


def check_heads(
    heads: Iterable[Head], lines: Iterator[LineHash], keys: Sequence["PublicKey"], tally: HeadTally
) -> Iterator[AuditFinding]:
    """What is wrong with the heads; both iterators are sorted by id. Without keys, signatures are not looked at."""
    known = {key.id: key for key in keys}
    line = next(lines, None)
    for head in heads:
        digest = Digest()
        while line is not None and line.id <= head.last_id:
            digest.add(line.hash)
            line = next(lines, None)
        yield from _check_head(head, tally.newest, digest)
        if known and not (
            head.key_id in known and known[head.key_id].verifies(signed_message(head.hash), head.signature)
        ):
            yield AuditFinding(code="audit_signature_invalid", head=head.id, params={"at": head.at, "key": head.key_id})
        tally.heads += 1
        tally.newest = head
        tally.hashes.add(head.hash)
    while line is not None:
        tally.unsigned += 1
        line = next(lines, None)


def _check_head(head: Head, before: Head | None, digest: Digest) -> Iterator[AuditFinding]:
    if head.prev_hash != (before.hash if before else GENESIS):
        # Where its lines begin went with the head that is gone; so they cannot be counted.
        yield AuditFinding(code="audit_head_removed", head=head.id, params={"at": head.at})
    elif digest.hash(head.at, head.last_id, head.prev_hash) != head.hash:
        first = before.last_id + 1 if before else 1
        params = {"at": head.at, "first": first, "last": head.last_id, "lines": head.lines, "found": digest.lines}
        yield AuditFinding(code="audit_head_invalid", head=head.id, params=params)
