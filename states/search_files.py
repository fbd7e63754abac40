"""Which files of a case are searched by their text, and what decides who may find them. Pure.

A key says by its beginning whose business the text is, and by its end which content it is. What it says is judged when
somebody searches, by the facts as they are then: a file that is withheld is found no longer from that moment on.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .lifecycle import Field
from .visibility import ATTACHMENTS

#: Found by whoever may see the attachment; with the paper; with the answer; by those alone who may see the work.
ATTACHED, WITH_PAPER, WITH_ANSWER, OF_WORK = "anlage", "drucksache", "antwort", "akte"
KINDS = (ATTACHED, WITH_PAPER, WITH_ANSWER, OF_WORK)


class SearchedFile(NamedTuple):
    """A file whose text is searched."""

    kind: str
    sha256: str
    #: Name by which its format is known.
    name: str
    #: What is searched beside the text.
    title: str

    @property
    def key(self) -> str:
        """What tells its text from others of the case."""
        return f"{self.kind}:{self.sha256}"


def kind_of(key: str) -> tuple[str, str]:
    """Kind and content that a key means; a text that somebody else has put in has no kind."""
    kind, _, digest = key.partition(":")
    return (kind, digest) if digest and kind in KINDS else ("", key)


def files_of(fields: Iterable[Field], facts: Mapping[str, Any]) -> dict[str, SearchedFile]:
    """The files of a case by their keys: its attachments, and those in its fields by how public each field is."""
    found: dict[str, SearchedFile] = {}
    for field in fields:
        for title, file in _files(field, facts.get(field.name)):
            kind = ATTACHED if field.name == ATTACHMENTS else field.public or OF_WORK
            one = SearchedFile(kind, file["sha256"], file["name"], title)
            before = found.get(one.key)
            found[one.key] = one if before is None else before._replace(title=f"{before.title} {title}")
    return found


def _files(field: Field, value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The files that a field holds, also within its records, each with what it is called."""
    if field.type == "file":
        yield from ((str(one["name"]), one) for one in _listed(value) if "sha256" in one)
    for row in _listed(value) if field.parts else ():
        for part in field.parts:
            for name, file in _files(part, row.get(part.name)):
                yield f"{row.get('titel', '')} {name}".strip(), file


def _listed(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping))
