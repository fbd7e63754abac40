"""The log as a chain of hashes: canonical JSON, SHA-256, one chain per case.

Personal data (who acted, on whose behalf, why, with what input) enter the chain only as a salted digest, so that they
can be erased without breaking it. Canonical JSON is that of RFC 8785 for the values a log line may hold: ASCII keys,
text, whole numbers, true, false, null; no floating point (refused at input, and of effects).
"""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

#: What the first line of every chain points back to.
GENESIS = "0" * 64

#: What JSON does not know by itself is an error, not something to make text of.
_canonical_bytes = partial(
    orjson.dumps, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
)


def canonical(value: Any) -> str:
    """The canonical JSON of `value`, which must be plain (`inputs.is_plain` says what that is).

    Raises:
        TypeError: it holds something that JSON does not know, such as a date.
    """
    return _canonical_bytes(value).decode()


class Line(NamedTuple):
    """One line of the log as it is hashed and stored."""

    case_id: str
    seq: int
    at: str
    event: str
    source: str | None
    target: str
    role: str
    actor_kind: str
    actor: str | None
    on_behalf_of: str | None
    reason: str | None
    data: Mapping[str, Any] | None
    salt: str | None
    changes: Mapping[str, Any]
    private_digest: str
    prev_hash: str
    hash: str


def private_digest(salt: str, actor: str, on_behalf_of: str | None, reason: str | None, data_json: str) -> str:
    """The commitment to the personal part of a line; without the salt it tells nothing."""
    named = canonical([actor, on_behalf_of, reason])
    return sha256(f"{salt}{named}{data_json}".encode()).hexdigest()


def signature_digest(salt: str, drafted_by: str | None, drafted_for: str | None, remark: str | None) -> str:
    """The commitment to what a signature says of persons besides its line; without the salt it tells nothing."""
    return sha256(f"{salt}{canonical([drafted_by, drafted_for, remark])}".encode()).hexdigest()


def line_hash(line: Line, changes_json: str) -> str:
    """The hash of a line: SHA-256 over the canonical JSON of its public part, which holds the previous hash.

    The text is put together here, because the other values are ids, instants, digests and names out of a lifecycle
    (ASCII, nothing to escape); a test holds it against an RFC 8785 encoder.
    """
    source = f'"{line.source}"' if line.source else "null"
    text = (
        f'{{"actor_kind":"{line.actor_kind}","at":"{line.at}","case":"{line.case_id}","changes":{changes_json},'
        f'"event":"{line.event}","from":{source},"prev":"{line.prev_hash}","private":"{line.private_digest}",'
        f'"role":"{line.role}","seq":{line.seq},"to":"{line.target}"}}'
    )
    return sha256(text.encode()).hexdigest()


def recomputed(line: Line) -> str:
    """The hash that the line should carry, computed from what is stored.

    Unlike `line_hash` this trusts no value to be free of quotation marks; whoever changed a line may have put them in.
    """
    public = {
        "actor_kind": line.actor_kind,
        "at": line.at,
        "case": line.case_id,
        "changes": line.changes,
        "event": line.event,
        "from": line.source,
        "prev": line.prev_hash,
        "private": line.private_digest,
        "role": line.role,
        "seq": line.seq,
        "to": line.target,
    }
    return sha256(canonical(public).encode()).hexdigest()


def private_matches(line: Line) -> bool:
    """Whether the personal part is what it was; an erased part (no salt) matches by definition."""
    if line.salt is None:
        return line.data is None and line.actor is None and line.reason is None and line.on_behalf_of is None
    digest = private_digest(line.salt, line.actor or "", line.on_behalf_of, line.reason, canonical(line.data))
    return digest == line.private_digest
