"""Why a mail came back, and whether that lies in the address; pure.

Servers say it in codes (RFC 3463) and in words, and the words are often the truer ones: a full mailbox comes as 5.0.0,
as 552 or as 5.2.2. Whoever is taken for gone is not written to any more, so a doubt counts for the address.
"""

import re
from email.message import Message
from itertools import islice
from typing import Literal, TypeAlias

#: address: it does not exist; unclear: the server has said only that it gives up; elsewhere: a mailbox that is full, a
#: filter, a size, the way there.
Fault: TypeAlias = Literal["address", "unclear", "elsewhere"]

#: RFC 3463 and its registry: no such mailbox or domain, moved away, closed.
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
#: Something about the address or the mailbox, or about anything at all.
_UNCLEAR = frozenset({"5.0.0", "5.1.0", "5.1.4", "5.2.0"})
_ELSEWHERE = re.compile(
    r"\b(?:full|over\W?quota|quota|exceed\w*|storage|too (?:large|big|long|many)|size limit|message size"
    r"|spam\w*|junk|unsolicited|bulk|virus\w*|malware|phish\w*|content|polic(?:y|ies)|reputation|dnsbl|rbl|dmarc|dkim|spf"
    r"|\w*black\W?list\w*|\w*block\W?list\w*|blocked|gr[ea]y\W?list\w*|try again|later|temporar\w*|throttl\w*|rate"
    r"|loop\w*|hops?|timed? ?out"
    r"|voll|überfüllt|\w*kontingent\w*|\w*speicherplatz\w*|zu gro(?:ß|ss)|werbung|\w*richtlinien?|\w*sperrliste\w*"
    r"|gesperrt|vorübergehend|später|überlastet)\b",
    re.IGNORECASE,
)
#: What would be taken for words of the server.
_NAMES = re.compile(r"https?://\S+|\S+@\S+")
#: A code where servers write one: "552 5.2.2", "#5.2.2", or first in its line; no IP address, no version of a program.
_WRITTEN = re.compile(r"(?:#|\b[245]\d\d[ -]|\bstatus:? {0,5}|^\W{0,5})([45]\.\d{1,3}\.\d{1,3})(?![.\d])", re.I | re.M)
#: RFC 5321: exceeded storage allocation.
_EXCEEDED = re.compile(r"\b552\b")
_TOLD = re.compile(r"^.*(?:\b[45]\d\d[ -]|#?\b[45]\.\d{1,3}\.\d{1,3}\b).*$", re.M)
#: Where the words of the server end and the mail begins that it sends back.
_COPY = re.compile(
    r"^\s{0,3}(?:-{2,}.{0,80}(?:copy|original|below|return|kopie|ursprüngl)|(?:return-path|received|message-id):)",
    re.IGNORECASE | re.MULTILINE,
)
#: Characters that are looked at.
_MOST = 8000


def fault_of(status: str | None, words: str) -> Fault:
    """Whether the reason that a server gave lies in the address; `words` are what it said beside the status."""
    if (status or "").startswith("4") or _ELSEWHERE.search(_NAMES.sub(" ", words)):
        return "elsewhere"
    if status in _GONE:
        return "address"
    if status is None or status in _UNCLEAR:
        return "elsewhere" if _EXCEEDED.search(words) else "unclear"
    return "elsewhere"


def status_of(reported: str | None, words: str) -> str | None:
    """The status that a server reported; where that says nothing, the one in its words."""
    said = [code for code in (reported, *_WRITTEN.findall(words)) if code is not None]
    return next((code for code in said if not code.endswith(".0.0")), said[0] if said else None)


def words_of(message: Message) -> str:
    """What a server says in words that people read, without the mail that it sends back."""
    texts = (part for part in islice(message.walk(), 10) if part.get_content_maintype() == "text")
    part = next(texts, None)
    content = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(content, bytes):
        return ""
    try:
        text = content[: 4 * _MOST].decode(part.get_content_charset("utf-8"), "replace")[:_MOST]
    except LookupError:  # a charset that nobody knows
        text = content[:_MOST].decode("ascii", "replace")
    copy = _COPY.search(text)
    return text[: copy.start()] if copy else text


def line_of(words: str) -> str:
    """The line in which a server gives its reason, if one is to be recognised."""
    told = _TOLD.search(words)
    return told[0] if told else ""
