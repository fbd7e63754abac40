"""Drafting templates: files that an office writes in Word and Vorgang fills in for a case."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..config.errors import Finding
from ..config.text import LANGS
from .failures import Temporary
from .plain import file_name
from .samples import samples
from .workshop import WORKSHOP
from .writer import SHIPPED

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Attachment(NamedTuple):
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes
    #: Of the media type: names and values.
    parameters: tuple[tuple[str, str], ...] = ()


class Drafts:
    """The drafting templates of an installation; `folders` of the municipality win, the last one first."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = (*reversed(folders), SHIPPED)

    @property
    def elsewhere(self) -> bool:
        """Whether there are files of the municipality."""
        return len(self._folders) > 1

    def names(self) -> frozenset[str]:
        """The names that a lifecycle may give in ``attach``."""
        found = (path.stem for folder in self._folders for path in folder.glob("*.docx"))
        return frozenset(name for name in found if not name.startswith(("_", "~")))

    def fill(self, name: str, context: Mapping[str, Any]) -> Attachment:
        """The draft `name` for a case. A file of the municipality is filled in elsewhere (see `workshop`).

        Raises:
            Temporary: there is no such file, or it cannot be filled in; a corrected file mends it.
        """
        known = self.names()
        if name not in known:
            raise Temporary("mail_draft_unknown", draft=name, known=", ".join(sorted(known)))
        path = self._path(name)
        if path.parent == SHIPPED:
            from .filling import filled  # noqa: PLC0415  # a quarter of a second to import, and few messages have a draft

            content = filled(path, context)
        else:
            content = b64decode(WORKSHOP.do("fill", path.name, path=str(path.resolve()), context=context))
        return Attachment(file_name(name, context["case"]["number"], ".docx"), DOCX, content)

    def _path(self, name: str) -> Path:
        return next(path for folder in self._folders if (path := folder / f"{name}.docx").is_file())

    def findings(self) -> list[Finding]:
        """What is wrong with the drafting templates, tried out with samples."""
        return [finding for name in sorted(self.names()) for finding in self._tried(name)]

    def _tried(self, name: str) -> Iterator[Finding]:
        try:
            for lang in LANGS:
                for sample in samples(lang):
                    self.fill(name, sample)
        except Temporary as failure:
            yield Finding(code=failure.code, file=str(self._path(name)), key=name, params=failure.params)
