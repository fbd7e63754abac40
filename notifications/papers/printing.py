"""The layouts of an installation, and papers laid out by them in each form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from ...config.errors import AuthorError, Finding
from ...config.profiles import PAPER_KINDS
from ..drafting import DOCX, Attachment
from ..failures import Temporary
from ..plain import file_name
from ..samples import samples
from ..workshop import WORKSHOP
from .anonymous import anonymised
from .layout import Layout, Made, layout_of
from .model import Paper, block_of, outlined
from .view import view
from .view_samples import known_samples, session_samples

Format: TypeAlias = Literal["pdf", "docx", "html"]
FORMATS: tuple[Format, ...] = ("pdf", "docx", "html")
_TYPES: Mapping[Format, str] = {"pdf": "application/pdf", "docx": DOCX, "html": "text/html"}
SHIPPED = Path(__file__).parent / "layouts"
#: What lies across a preview, whatever its layout says.
_PREVIEW = "VORSCHAU"
#: Where the layouts of a municipality lie within its folder of templates.
FOLDER = "papers"


class Look(NamedTuple):
    """How a town wants its papers: layouts and names of kinds, if not the usual; numbers of their own for answers."""

    layouts: Mapping[str, str] = {}
    own_number: bool = False
    titles: Mapping[str, str] = {}


class Redaction(NamedTuple):
    """What must not be read: names of private people; texts of the office that stay; streets where people live."""

    names: tuple[str, ...]
    keep: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()


class Printed(NamedTuple):
    """A paper as a file, with what whoever asked for it should know."""

    file: Attachment
    #: Whether it is marked as a draft, because nobody has signed.
    draft: bool
    #: What was blacked out, and how often.
    redacted: Mapping[str, int]
    #: Letters that the PDF tells by their names.
    unshown: tuple[str, ...] = ()
    #: When it was issued; None: it was not, it says how things stand.
    issued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be printed: the values of a layout, the instant of making; `redaction` None: everything is shown."""

    kind: str
    body: str
    view: Mapping[str, Any]
    created: datetime
    redaction: Redaction | None = None


@dataclass(frozen=True)
class Papers:
    """The layouts of an installation; the municipality's `folders` win, the last one first."""

    folders: Sequence[Path] = ()
    looks: Callable[[], Mapping[str, Look]] = field(default=dict)

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        return (*(folder / FOLDER for folder in reversed(self.folders)), SHIPPED)

    @cached_property
    def _looks(self) -> Mapping[str, Look]:
        return self.looks()

    @property
    def elsewhere(self) -> bool:
        """Whether there are layouts of the municipality."""
        return any(any(folder.glob("*.toml")) for folder in self._folders[:-1])

    def names(self) -> frozenset[str]:
        """The layouts that a profile may name."""
        return frozenset(path.stem for folder in self._folders for path in folder.glob("*.toml"))

    def look(self, body: str) -> Look:
        """How that town wants its papers."""
        return self._looks.get(body, Look())

    def file(self, name: str) -> Path | None:
        """Where a layout stands; None: nowhere."""
        files = (folder / f"{name}.toml" for folder in self._folders)
        return next((file for file in files if file.is_file()), None)

    def layout(self, kind: str, body: str) -> Path:
        """The layout of a kind of paper in that town.

        Raises:
            Temporary: there is none.
        """
        name = self.look(body).layouts.get(kind, PAPER_KINDS.get(kind, kind))
        path = self.file(name)
        if path is None:
            raise Temporary("paper_layout_unknown", layout=name, paper=kind, known=", ".join(sorted(self.names())))
        return path

    def paper(self, sheet: Sheet) -> tuple[Paper, Mapping[str, int]]:
        """The paper laid out, and what was blacked out in it.

        Raises:
            Temporary: the layout is wrong; a corrected file mends it.
        """
        made = _made(self.layout(sheet.kind, sheet.body), sheet.view)
        paper = Paper(
            title=made.title,
            author=sheet.view["body"]["name"],
            lang="de",
            file=made.file,
            footer=made.footer,
            watermark=made.watermark or (_PREVIEW if sheet.view["preview"] else ""),
            blocks=outlined(made.blocks),
            created=sheet.created,
        )
        if sheet.redaction is None:
            return paper, {}
        return anonymised(paper, *sheet.redaction)

    def printed(self, sheet: Sheet, form: Format) -> Printed:
        """The paper as a file. Errors as in `paper`."""
        paper, redacted = self.paper(sheet)
        content, letters = _written(paper, form)
        number = sheet.view["number"] or sheet.view["case"]["number"]
        suffix = "_anonymisiert" if sheet.redaction is not None else ""
        name = file_name(paper.file, number, f"{suffix}.{form}")
        return Printed(Attachment(name, _TYPES[form], content), bool(sheet.view["draft"]), redacted, letters)

    def findings(self) -> list[Finding]:
        """What is wrong with the layouts, tried out with samples, and with what profiles say of them."""
        found = [finding for name in sorted(self.names()) for finding in self._tried(name)]
        for body, look in self._looks.items():
            for kind, name in look.layouts.items():
                if self.file(name) is None:
                    params = {"layout": name, "paper": kind, "known": ", ".join(sorted(self.names()))}
                    found.append(Finding(code="paper_layout_unknown", file=body, key=f"papers.{kind}", params=params))
        return found

    def _tried(self, name: str) -> Iterator[Finding]:
        path = self.file(name)
        assert path is not None  # noqa: S101  # its name is among the names
        try:
            Layout(path)
        except AuthorError as error:
            yield from error.findings
            return
        try:
            for sample, known, session in zip(samples("de"), known_samples(), session_samples(), strict=False):
                _made(path, {**view(sample, known), **session})
        except Temporary as failure:
            key = str(failure.params.get("key", name))
            yield Finding(code=failure.code, file=str(path), key=key, params=failure.params)


def made_of(path: Path, values: Mapping[str, Any]) -> Made:
    """What a layout makes of these values, in this process.

    Raises:
        Temporary: a corrected file mends it.
    """
    try:
        return layout_of(path).make(values)
    except AuthorError as error:
        first = error.findings[0]
        raise Temporary("paper_layout_failed", file=first.file, key=first.key, reason=first.text()) from error


def _made(path: Path, values: Mapping[str, Any]) -> Made:
    """The same; a file of the municipality is carried out elsewhere (see `workshop`)."""
    if path.parent == SHIPPED:
        return made_of(path, values)
    words = WORKSHOP.do("lay_out", path.name, path=str(path.resolve()), context=dict(values))
    return Made(**{**words, "blocks": tuple(map(block_of, words["blocks"]))})


def _written(paper: Paper, form: Format) -> tuple[bytes, tuple[str, ...]]:
    if form == "docx":
        from .docx_writer import docx_file  # noqa: PLC0415  # a quarter of a second to import

        return docx_file(paper), ()
    if form == "html":
        from .html_writer import html  # noqa: PLC0415  # needed by few

        return html(paper), ()
    from .pdf_writer import pdf, unshown  # noqa: PLC0415  # a large library

    return pdf(paper), unshown(paper)
