"""From the key of a party to somebody who can be written to."""

import re
from collections.abc import Iterable, Iterator
from email.utils import parseaddr
from functools import lru_cache
from typing import NamedTuple, Protocol
from unicodedata import normalize

from ..config.text import Lang, Text
from ..states.town import Town
from .failures import Permanent, Temporary
from .plain import printable

#: What HTML takes for an e-mail address (WHATWG, "valid e-mail address"), of RFC 5321's lengths; ASCII only.
LONGEST_LOCAL = 64
_LOCAL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,{LONGEST_LOCAL}}}")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
LONGEST_ADDRESS = 254
#: IDNA 2008 knows it; the IDNA 2003 of Python would make "ss" of it, which is the domain of somebody else.
_SHARP_S = "ß"


class Addressed(Protocol):
    """A person or an organisation, of the master data or of a profile."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...


class Recipient(NamedTuple):
    """Who is written to. `kind` is person, office or body."""

    key: str
    name: str
    kind: str
    address: str
    lang: Lang


class Sender(NamedTuple):
    """In whose name is written, and where answers go."""

    name: str
    address: str
    reply_to: str | None


def recipient(town: Town, key: str, lang: Lang = "de") -> Recipient:
    """The party `key` of the town as a recipient; `lang` is the language of those who have none of their own.

    Raises:
        Permanent: there is no such party, or it has no address that can be delivered to.
    """
    party = town.parties.get(key)
    if party is None:
        raise Permanent("mail_recipient_unknown", recipient=key, body=town.key)
    if not party.email:
        raise Permanent("mail_address_missing", recipient=key, name=party.name)
    address = deliverable(party.email)
    if address is None:
        raise _invalid(party.name, party.email)
    return Recipient(key, party.name, party.kind, address, party.lang or lang)


def sender(town: Town, override: str | None = None) -> Sender:
    """Who writes in the name of the town: ``Name <address>`` or an address; answers go to the council office.

    Raises:
        Temporary: the address is wrong; correcting the profile or the setting mends it.
    """
    written = override or town.sender
    name, valid = _parsed(written)
    if valid is None:
        raise Temporary("mail_sender_invalid", address=printable(written))
    office = town.parties.get(town.functions.get("geschaeftsstelle", ""))
    reply_to = deliverable(office.email) if office and office.email else None
    return Sender(name or town.name, valid, reply_to if reply_to != valid else None)


@lru_cache(maxsize=256)
def _parsed(written: str) -> tuple[str, str | None]:
    """The name (or "") and the address (None: it cannot be one) of ``Name <address>`` or an address."""
    name, address = parseaddr(written)
    return name, deliverable(address)


def domain_of(written: str) -> str | None:
    """The domain, in ASCII, of ``Name <address>`` or an address; None: that is none."""
    _, address = _parsed(written)
    return address.rpartition("@")[2] if address else None


def unreachable(parties: Iterable[Addressed]) -> Iterator[Permanent]:
    """Of those whose address cannot be delivered to: who, which address, and what is wrong with it."""
    for party in parties:
        if party.email and deliverable(party.email) is None:
            yield _invalid(party.name, party.email)


def _invalid(name: str, address: str) -> Permanent:
    return Permanent("mail_address_invalid", address=printable(address), name=name, why=why_not(address))


def why_not(address: str) -> Text:
    """What keeps an address that is not `deliverable` from being so."""
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain:
        return _FORM
    if not local.isascii():
        return _NOT_ASCII
    return _LOCAL_WRONG if deliverable(f"{local}@stadt.example") is None else _DOMAIN_WRONG


_FORM = Text("erwartet wird eine Adresse wie name@stadt.example", "an address such as name@town.example is expected")
_NOT_ASCII = Text(
    "vor dem @ sind keine Umlaute und andere Zeichen außerhalb von ASCII möglich (hinter dem @ schon)",
    "the part before the @ must be ASCII, without umlauts (the domain after it may have them)",
)
_LOCAL_WRONG = Text(
    f"vor dem @ steht ein Zeichen, das dort nicht stehen kann, oder mehr als {LONGEST_LOCAL}",
    f"before the @ there is a character that cannot be there, or more than {LONGEST_LOCAL}",
)
_DOMAIN_WRONG = Text("hinter dem @ steht keine Domain", "what follows the @ is no domain")


@lru_cache(maxsize=4096)
def deliverable(address: str) -> str | None:
    """The address with its domain in ASCII, or None if nothing can be delivered to it."""
    local, at, domain = address.strip().rpartition("@")
    try:
        domain = ".".join(map(_ascii_label, domain.split(".")))
    except UnicodeError:
        return None
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if not at or dots or not _LOCAL.fullmatch(local) or not all(map(_LABEL.fullmatch, domain.split("."))):
        return None
    return f"{local}@{domain}" if len(local) + 1 + len(domain) <= LONGEST_ADDRESS else None


def _ascii_label(label: str) -> str:
    """One part of a domain as the DNS knows it.

    Raises:
        UnicodeError: it cannot be one.
    """
    if _SHARP_S in label.lower():
        return "xn--" + normalize("NFC", label.lower()).encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii")
