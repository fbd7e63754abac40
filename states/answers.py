"""Which answer has been made known: what readers outside see is the one that was signed, and no later draft. Pure.

Where a lifecycle has its answers signed, the signature and the publication each keep the fingerprint of what was
before them. A text that came later, by a new draft or by hand, has another one, until it is signed and made known too.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from .ledger import canonical
from .lifecycle import Lifecycle
from .step import Facts

#: Facts that no event asks for: the fingerprint of the answer as it was signed, and as it was made known.
SIGNED, KNOWN = "unterzeichnete_antwort", "bekannte_antwort"


def fingerprint(lifecycle: Lifecycle, facts: Facts) -> str | None:
    """What tells the answer in `facts` from any other; None: this lifecycle has nothing signed."""
    if lifecycle.signature is None:
        return None
    return sha256(canonical({name: facts.get(name) for name in lifecycle.signed_fields}).encode()).hexdigest()


def noted(lifecycle: Lifecycle, facts: Facts, *, signed: bool, made_known: bool) -> Mapping[str, Any]:
    """What to keep when the answer in `facts` is signed or made known; one that nobody has signed is not known."""
    present = fingerprint(lifecycle, facts) if signed or made_known else None
    if present is None:
        return {}
    return {SIGNED: present} if signed else {KNOWN: present if facts.get(SIGNED) == present else None}


def is_as_made_known(lifecycle: Lifecycle, facts: Facts) -> bool:
    """Whether the answer in `facts` is the one that was signed and made known; where nothing is signed, any is."""
    return lifecycle.signature is None or (KNOWN in facts and facts[KNOWN] == fingerprint(lifecycle, facts))
