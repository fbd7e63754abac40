"""Drafting templates: files that an office writes in Word or LibreOffice and Vorgang fills in for a case.

A file is looked for in the folders of the municipality, the last one first, then among the shipped ones; in each
folder as ``<body>/<kind>/NAME.docx``, ``<body>/NAME.docx``, ``<kind>/NAME.docx`` and ``NAME.docx`` (kind: the id of the
lifecycle). As which files a town wants its drafts, `draft_form` says.
"""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..config.errors import AuthorError, Finding
from ..config.text import LANGS
from .draft_blocks import Block, load_blocks
from .draft_context import draft_context
from .draft_form import Form, load_form, places
from .draft_parts import DOCX, MEDIA_TYPES, Format
from .failures import Temporary, brief
from .plain import file_name, known_number
from .samples import samples
from .workshop import WORKSHOP
from .writer import SHIPPED

T = TypeVar("T")

__all__ = ["DOCX", "Attachment", "Drafts", "TemplateFile"]


class Attachment(NamedTuple):
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes
    #: Of the media type: names and values.
    parameters: tuple[tuple[str, str], ...] = ()


class TemplateFile(NamedTuple):
    """A drafting template: its name, its suffix, and for which town and kind it is (None: for all)."""

    name: str
    format: Format
    path: Path
    #: The folder below that of the templates, such as ``hagen/antrag``.
    scope: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the municipality's."""
        return SHIPPED not in self.path.parents


class Drafts:
    """The drafting templates of an installation; `folders` of the municipality win, the last one first."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        #: The shipped templates and those of the municipality; the last one wins.
        self.folders = (SHIPPED, *folders)

    @property
    def elsewhere(self) -> bool:
        """Whether there are files of the municipality."""
        return len(self.folders) > 1

    def names(self) -> frozenset[str]:
        """The names that a lifecycle may give in ``attach``."""
        return frozenset(file.name for file in self.files())

    def files(self) -> list[TemplateFile]:
        """Every file, those that win first."""
        return list(self._files())

    def _files(self) -> Iterator[TemplateFile]:
        for folder in reversed(self.folders):
            for path in sorted(folder.glob("**/*"), key=lambda path: (-len(path.parts), path)):
                suffix = path.suffix[1:]
                if suffix in MEDIA_TYPES and not path.name.startswith(("_", "~", ".")):
                    scope = path.parent.relative_to(folder).as_posix()
                    yield TemplateFile(path.stem, suffix, path, "" if scope == "." else scope)  # type: ignore[arg-type]  # asked above

    def form(self, body: str | None) -> Form:
        """What a town wants of its drafts.

        Raises:
            AuthorError: its file is wrong.
        """
        return load_form(self.folders, body)

    def blocks(self, body: str | None) -> Mapping[str, Block]:
        """The text blocks of a town. Errors as in `form`."""
        return load_blocks(self.folders, body)

    def file(self, name: str, suffix: Format, body: str | None = None, kind: str | None = None) -> Path | None:
        """Where the template stands; None: nowhere."""
        found = (place / f"{name}.{suffix}" for place in places(self.folders, body, kind))
        return next((path for path in found if path.is_file()), None)

    def fill_each(self, name: str, context: Mapping[str, Any]) -> tuple[Attachment, ...]:
        """The draft `name` for a case, as each kind of file that the town wants. Errors as in `fill`."""
        return tuple(self.fill(name, context, suffix) for suffix in self._form(context).formats)

    def fill(self, name: str, context: Mapping[str, Any], suffix: Format | None = None) -> Attachment:
        """The draft `name` for a case, as the (first) kind of file that the town wants.

        A file of the municipality is filled in elsewhere (see `workshop`).

        Raises:
            Temporary: there is no such file, or it cannot be filled in; a corrected file mends it.
            Permanent: the case has more questions than a draft has room for.
        """
        body, kind = context["body"].get("key"), context["case"].get("lifecycle")
        form, blocks = self._form(context), self._blocks(body)
        suffix = suffix or form.formats[0]
        path = self.file(name, suffix, body, kind)
        if path is None or Path(name).name != name:
            known = ", ".join(sorted(self.names()))
            raise Temporary("mail_draft_unknown", draft=name, known=known)
        known_to_it = draft_context(context, form, blocks, context.get("lang", "de"))
        written_elsewhere = any(SHIPPED not in Path(block.file).parents for block in blocks.values())
        content = self._filled(path, known_to_it, own=SHIPPED not in path.parents or written_elsewhere)
        return Attachment(file_name(name, known_number(context), f".{suffix}"), MEDIA_TYPES[suffix], content)

    def _filled(self, path: Path, context: Mapping[str, Any], *, own: bool) -> bytes:
        """A file filled in; `own`: it is the municipality's, and filled in elsewhere."""
        if own:
            return b64decode(WORKSHOP.do("fill", path.name, path=str(path.resolve()), context=context))
        from .filling import filled  # noqa: PLC0415  # a quarter of a second to import, and few messages have a draft

        return filled(path, context)

    def _form(self, context: Mapping[str, Any]) -> Form:
        return _read(lambda: self.form(context["body"].get("key")))

    def _blocks(self, body: str | None) -> Mapping[str, Block]:
        return _read(lambda: self.blocks(body))

    def findings(self) -> list[Finding]:
        """What is wrong with the drafting templates, tried out with samples."""
        return [finding for file in self.files() for finding in self._found(file)]

    def _found(self, file: TemplateFile) -> list[Finding]:
        body, _, kind = file.scope.partition("/")
        wins = self.file(file.name, file.format, body, kind) == file.path
        return self.tried(file.path, body, kind) if wins else []  # another one wins, and it is tried itself

    def tried(self, path: Path, body: str | None = None, kind: str | None = None) -> list[Finding]:
        """What is wrong with a template, wherever it lies: filled in with samples, elsewhere, within limits."""
        try:
            form, blocks = _read(lambda: self.form(body)), self._blocks(body)
            for lang in LANGS:
                for sample in samples(lang):
                    about = {"body": {**sample["body"], "key": body}, "case": {**sample["case"], "lifecycle": kind}}
                    self._filled(path, draft_context({**sample, **about}, form, blocks, lang), own=True)
        except Temporary as failure:
            return [Finding(code=failure.code, file=str(path), key=path.stem, params=failure.params)]
        return []


def _read(read: Callable[[], T]) -> T:
    """A file of the municipality that mails need; a mistake in it must lose none."""
    try:
        return read()
    except AuthorError as error:
        first = error.findings[0]
        reason = brief(f"{first.place()}: {first.text()}")
        raise Temporary("mail_draft_failed", draft=first.file, reason=reason) from None
