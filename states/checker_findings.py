"""How the checks report."""

from collections.abc import Iterable, Iterator

from ..config.errors import Finding
from ..config.reader import meant
from .lifecycle import Lifecycle


def found(lifecycle: Lifecycle, code: str, key: str, /, **params: object) -> Finding:
    """A finding in the file of `lifecycle`."""
    return Finding(code=code, file=lifecycle.source, key=key, params=params)


def unknown(lifecycle: Lifecycle, code: str, key: str, *, name: str, names: Iterable[str]) -> Iterator[Finding]:
    """A finding if `name` is none of `names`."""
    options = tuple(sorted(names))
    if name not in options:
        listed = ", ".join(options) or "–"
        yield found(lifecycle, code, key, name=name, known=listed, meant=meant(name, options))
