"""Which case somebody means."""

from collections.abc import Sequence

from ..config.errors import NotFoundError

#: So many of the cases that a reference may mean are named.
SHOWN_CANDIDATES = 2


def only_case(reference: str, found: Sequence[str]) -> str:
    """The one case that `reference` means.

    Raises:
        NotFoundError: none does, or several do.
    """
    if len(found) != 1:
        code = "case_ambiguous" if found else "case_unknown"
        raise NotFoundError(code, case=reference, found=", ".join(found[:SHOWN_CANDIDATES]))
    return found[0]
