"""What a mail that came in says about one that went out; pure. RFC 3464 first, then the guesses of flufl.bounce.

Anybody can send such a mail, so nothing in it is believed beyond its form, and nothing it may hold stops the reading:
it is read up to a limit, and what cannot be read is no bounce.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

from flufl.bounce import all_failures

from .bounce_reason import Fault, fault_of, line_of, status_of, words_of
from .failures import brief
from .return_path import Claim, ReturnPath

#: failed: it will not arrive; delayed: the server goes on trying; other: an answer, a receipt, something else.
Kind: TypeAlias = Literal["failed", "delayed", "other"]

#: Bytes of a mail that are looked at. What a report says stands at its beginning; at its end is what it sends back.
MOST_BYTES = 1 << 18
#: Parts of a mail that are looked at.
MOST_PARTS = 100
#: Lines that may part it; reading tens of thousands of parts would take seconds.
_MOST_MARKS = 1000
_MARK = re.compile(rb"^--", re.M)
#: Headers in which a server may leave the address that a bounce was sent to.
_ARRIVED_AT = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-To")
#: Who sends in nobody's name.
_SERVERS = frozenset({"mailer-daemon", "postmaster"})
_ADDRESS = re.compile(r"[^\s<>,;:\"]{1,64}@[^\s<>,;:\"]{1,255}")
#: Our own Message-ID in what is sent back, however it is quoted.
_MESSAGE_ID = re.compile(
    rb"^[>|\s]{0,20}Message-ID:\s{0,80}<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([a-z0-9.-]{1,255})>",
    re.I | re.M,
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")

# It logs with a traceback what it then raises.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


class Notice(NamedTuple):
    """What a mail says."""

    kind: Kind
    #: SHA-256 of the mail.
    digest: str
    #: Which message it may be about, the best proven first.
    claims: tuple[Claim, ...] = ()
    #: Who was not reached, in lower case.
    recipients: frozenset[str] = frozenset()
    #: RFC 3463, such as 5.1.1.
    status: str | None = None
    reason: str = ""
    fault: Fault = "elsewhere"


class _Verdict(NamedTuple):
    kind: Kind
    recipients: frozenset[str] = frozenset()
    status: str | None = None
    reason: str = ""
    #: What the server says in words.
    words: str = ""


def read_notice(content: bytes, path: ReturnPath | None) -> Notice:
    """What a mail says about one of ours. Never raises."""
    digest = sha256(content).hexdigest()
    content = _beginning(content)
    try:
        message = message_from_bytes(content)
        verdict = _reported(message) or _guessed(message)
        by_address = sorted(_by_address(message, path), key=lambda claim: not claim.proven)
        claims = tuple(dict.fromkeys([*by_address, *_by_quote(message, content)]))
        reason = brief(verdict.reason or str(message.get("Subject", "")))
        fault = fault_of(verdict.status, verdict.words)
    except Exception as error:  # a mail made to break its reader is no bounce
        return Notice("other", digest, reason=type(error).__name__)
    return Notice(verdict.kind, digest, claims, verdict.recipients, verdict.status, reason, fault)


def _beginning(content: bytes) -> bytes:
    """As much of a mail as is looked at."""
    content = content[:MOST_BYTES]
    mark = next(islice(_MARK.finditer(content), _MOST_MARKS, None), None)
    return content[: mark.start()] if mark else content


def _parts(message: Message) -> Iterator[Message]:
    return islice(message.walk(), MOST_PARTS)


def _reported(message: Message) -> _Verdict | None:
    """The report of RFC 3464, if it is one; a failure in it outweighs everything else."""
    reports = (part.get_payload() for part in _parts(message) if part.get_content_type() == "message/delivery-status")
    blocks = [block for report in reports if isinstance(report, list) for block in report if isinstance(block, Message)]
    told = [
        _of_recipient(block) for block in blocks[:MOST_PARTS] if block.get("Action") or block.get("Final-Recipient")
    ]
    if not told:
        return None
    failed = [one for one in told if one.kind == "failed"]
    chosen = failed or [one for one in told if one.kind == "delayed"] or told
    first = chosen[0] if chosen[0].words else _in_words(chosen[0], words_of(message))
    return first._replace(recipients=frozenset().union(*(one.recipients for one in chosen)))


def _of_recipient(block: Message) -> _Verdict:
    status = _STATUS.search(str(block.get("Status", "")))
    code = status[1] if status else None
    names = (str(block.get(name, "")) for name in ("Original-Recipient", "Final-Recipient"))
    recipients = frozenset(
        found.lower() for name in names for found in _ADDRESS.findall(name.partition(";")[2] or name)
    )
    words = str(block.get("Diagnostic-Code", "")).partition(";")[2]
    reason = brief(" ".join(filter(None, (code, words))) or "–")
    return _in_words(_Verdict(_kind(str(block.get("Action", "")), code), recipients, code, reason), words)


def _in_words(verdict: _Verdict, words: str) -> _Verdict:
    return verdict._replace(status=status_of(verdict.status, words), words=words)


def _kind(action: str, status: str | None) -> Kind:
    """An action decides, for a server that has given up after days says failed with a status of 4."""
    action = action.strip().lower()
    if action.startswith(("fail", "error")) or (not action and (status or "").startswith("5")):
        return "failed"
    return "delayed" if action.startswith("delay") or (not action and (status or "").startswith("4")) else "other"


def _guessed(message: Message) -> _Verdict:
    """What a server meant that writes no report."""
    if _is_answer(message):
        return _Verdict("other")
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # a detector that stumbles has recognised nothing
        return _Verdict("other")
    words = words_of(message)
    if permanent:
        return _in_words(_Verdict("failed", _decoded(permanent), reason=line_of(words)), words)
    return _Verdict("delayed", _decoded(temporary), reason=line_of(words)) if temporary else _Verdict("other")


def _is_answer(message: Message) -> bool:
    """RFC 3834: who answers by machine for a person says so. Exim says it of its bounces too, in nobody's name."""
    said = str(message.get("Auto-Submitted", "")).strip().lower()
    if not said.startswith("auto-replied"):
        return False
    local = parseaddr(str(message.get("From", "")))[1].rpartition("@")[0].lower()
    nobody = local in _SERVERS or str(message.get("Return-Path", "")).strip() == "<>"
    return "vacation" in said or not (nobody or "X-Failed-Recipients" in message)


def _decoded(addresses: Iterable[bytes]) -> frozenset[str]:
    return frozenset(address.decode("ascii", "replace").lower() for address in addresses)


def _by_address(message: Message, path: ReturnPath | None) -> Iterator[Claim]:
    values = (str(value) for name in _ARRIVED_AT for value in message.get_all(name, []))
    addresses = (address for value in values for address in _ADDRESS.findall(value[:2000]))
    yield from filter(None, (path.read(address) for address in addresses) if path else ())


def _by_quote(message: Message, content: bytes) -> Iterator[Claim]:
    coded = (part for part in _parts(message) if part.get("Content-Transfer-Encoding") and not part.is_multipart())
    decoded = (part.get_payload(decode=True) for part in coded)
    for text in (content, *(text for text in decoded if isinstance(text, bytes))):
        for id_, domain in _MESSAGE_ID.findall(text)[:MOST_PARTS]:
            yield Claim(str(UUID(id_.decode())), domain=domain.decode().lower())
