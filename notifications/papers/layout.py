"""Layouts of papers: TOML files whose texts are Jinja expressions, in the sandbox; they see what `view` gives.

A file names its ``title``, ``file`` (of the document), ``footer`` and ``watermark``, and lists ``[[block]]`` tables.
Each says what it ``is``; ``when`` is an expression that must hold, ``for`` one that gives a list, of which each entry
becomes a block and is called ``row`` in it. What a text yields is a value and never markup.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from jinja2 import StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...config.errors import AuthorError, Finding
from ...config.reader import Source, Table, meant, read_file
from ..failures import Temporary, brief
from ..wording import add_filters
from .model import (
    PARAGRAPH_STYLES,
    Block,
    Grid,
    Heading,
    Items,
    Labelled,
    PageBreak,
    Paragraph,
    Picture,
    Question,
    Signature,
    SignHere,
    Tick,
    cleaned,
    items_of,
)
from .pictures import picture
from .prose import prose

#: Blocks of one paper; whatever is longer was not meant as one.
MOST = 20_000
#: Levels of headings.
_LEVELS = range(1, 5)
#: Keys that every block may have.
_COMMON = ("is", "when", "for")

T = TypeVar("T")


class Made(NamedTuple):
    """What a layout makes of a case."""

    title: str
    file: str
    footer: str
    watermark: str
    blocks: tuple[Block, ...]


def load(path: Path) -> Mapping[str, Any]:
    """The layout in a file.

    Raises:
        AuthorError: with every mistake in it.
    """
    source = read_file(path)
    parsed = source.parse()
    table = Table(source, parsed)
    for key in ("title", "file"):
        table.string(key)
    for key in ("footer", "watermark"):
        table.optional(key)
    table.names("keep")
    if not source.broken and not table.tables("block"):
        table.find("paper_layout_empty", "block")
    for block in table.tables("block"):
        _check(block)
    table.close()
    if source.findings:
        raise AuthorError(source.findings)
    _compile_all(parsed, source)
    return parsed


def _check(block: Table) -> None:
    kind = block.string("is")
    if kind not in BLOCKS:
        if kind:
            block.find("config_choice", "is", value=kind, known=", ".join(BLOCKS), meant=meant(kind, BLOCKS))
        return
    for key in ("when", "for"):
        block.optional(key)
    for key, read in BLOCKS[kind].items():
        read(block, key)
    block.close()


def _text(block: Table, key: str) -> object:
    return block.string(key)


def _texts(block: Table, key: str) -> object:
    return block.names(key, required=True)


def _shares(block: Table, key: str) -> None:
    shares = block.raw(key)
    if shares is not None and not (
        isinstance(shares, list) and all(type(share) is int and share > 0 for share in shares)
    ):
        block.find("paper_layout_widths", key)


def _style(block: Table, key: str) -> object:
    return block.one_of(key, PARAGRAPH_STYLES, "text")


def _level(block: Table, key: str) -> None:
    level = block.integer(key, 2)
    if level not in _LEVELS:
        block.find("paper_layout_level", key, value=level)


def _flag(block: Table, key: str) -> object:
    return block.flag(key)


def _height(block: Table, key: str) -> object:
    return block.integer(key, 20)


#: What blocks there are, and which keys each has, with what reads and checks them.
BLOCKS: Mapping[str, Mapping[str, Callable[[Table, str], object]]] = {
    "heading": {"text": _text, "level": _level},
    "paragraph": {"text": _text, "style": _style},
    "labelled": {"label": _text, "text": _text},
    "items": {"items": _text, "numbered": _flag},
    "table": {"head": _texts, "cells": _texts, "widths": _shares},
    "prose": {"text": _text},
    "answers": {"unanswered": _text},
    "signature": {"lines": _texts},
    "tick": {"text": _text, "ticked": _text},
    "sign": {"labels": _texts},
    "picture": {"file": _text, "alt": _text, "height": _height},
    "pagebreak": {},
}


def _compile_all(parsed: Mapping[str, Any], source: Source) -> None:
    """What is no expression is found before anybody needs the paper."""
    environment = _environment()
    found = []
    for place, text, is_expression in _texts_of(parsed):
        try:
            (environment.compile_expression if is_expression else environment.from_string)(text)
        except TemplateSyntaxError as error:
            params = {"detail": brief(str(error))}
            found.append(Finding(code="paper_layout_syntax", file=source.file, key=place, params=params))
    if found:
        raise AuthorError(found)


def _texts_of(parsed: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Every template of a layout: its place, its text, and whether it is an expression."""
    for key in ("title", "file", "footer", "watermark"):
        yield key, parsed.get(key, ""), False
    for number, block in enumerate(parsed["block"]):
        for key, value in block.items():
            place = f"block[{number}].{key}"
            if key in {"when", "for", "items", "ticked"}:
                yield place, value, True
            elif isinstance(value, str) and key not in {"is", "style"}:
                yield place, value, False
            elif isinstance(value, list):
                yield from ((place, text, False) for text in value if isinstance(text, str))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    add_filters(environment)
    return environment


def layout_of(path: Path) -> "Layout":
    """The layout in a file, read once; again when the file is changed. Errors as in `load`."""
    status = path.stat() if path.is_file() else None
    return _layout(path, (status.st_mtime_ns, status.st_size) if status else None)


@lru_cache(maxsize=64)
def _layout(path: Path, _written: tuple[int, int] | None) -> "Layout":
    return Layout(path)


class Layout:
    """A layout that has been loaded from `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parsed = load(path)
        environment = _environment()
        self._template = cache(environment.from_string)
        self._expression = cache(environment.compile_expression)

    def make(self, view: Mapping[str, Any]) -> Made:
        """The paper about what `view` knows.

        Raises:
            Temporary: a text cannot be filled in; a corrected file mends it.
        """
        title, file, footer, watermark = (
            self._filled(key, self._parsed.get(key, ""), view) for key in ("title", "file", "footer", "watermark")
        )
        blocks: list[Block] = []
        for number, block in enumerate(self._parsed["block"]):
            blocks += self._blocks(f"block[{number}]", block, view)
            if len(blocks) > MOST:
                raise self._failure(f"block[{number}]", f"> {MOST}")
        return Made(title, file, footer, watermark, tuple(blocks))

    def _blocks(self, place: str, block: Mapping[str, Any], view: Mapping[str, Any]) -> Iterator[Block]:
        if "for" not in block:
            rows: Iterable[Any] = (None,)
        else:
            rows = self._value(f"{place}.for", block["for"], view) or ()
        if block["is"] == "table" and "for" in block:
            yield from self._grid(place, block, view, rows)
            return
        for row in rows:
            known = {**view, "row": row}
            if "when" not in block or self._value(f"{place}.when", block["when"], known):
                yield from self._made(place, block, known)

    def _grid(
        self, place: str, block: Mapping[str, Any], view: Mapping[str, Any], rows: Iterable[Any]
    ) -> Iterator[Block]:
        """A table of which each row of data is one row; without any, none."""
        cells = [
            self._each(f"{place}.cells", block["cells"], {**view, "row": row})
            for row in rows
            if "when" not in block or self._value(f"{place}.when", block["when"], {**view, "row": row})
        ]
        if cells:
            head = self._each(f"{place}.head", block["head"], view)
            yield Grid(head, tuple(cells), tuple(block.get("widths", ())))

    def _made(self, place: str, block: Mapping[str, Any], view: Mapping[str, Any]) -> Iterator[Block]:  # one a kind
        def text(key: str = "text") -> str:
            return self._filled(f"{place}.{key}", block[key], view)

        def texts(key: str) -> tuple[str, ...]:
            return self._each(f"{place}.{key}", block[key], view)

        def value(key: str) -> Any:
            return self._value(f"{place}.{key}", block[key], view)

        makers: Mapping[str, Callable[[], Iterable[Block]]] = {
            "heading": lambda: [Heading(text().replace("\n", " "), block.get("level", 2))],
            "paragraph": lambda: [Paragraph(text(), block.get("style", "text"))],
            "labelled": lambda: [Labelled(text("label"), text())],
            "items": lambda: [
                items_of((cleaned(str(one)) for one in value("items") or ()), 1 if block.get("numbered") else None)
            ],
            "table": lambda: [Grid(texts("head"), (texts("cells"),), tuple(block.get("widths", ())))],
            "prose": lambda: prose(text()),
            "answers": lambda: _answers(view, text("unanswered")),
            "signature": lambda: [Signature(tuple(line for line in texts("lines") if line))],
            "tick": lambda: [Tick(text(), bool(value("ticked")))],
            "sign": lambda: [SignHere(texts("labels"))],
            "picture": lambda: [self._picture(place, text("file"), text("alt"), block.get("height", 20))],
            "pagebreak": lambda: [PageBreak()],
        }
        for made in makers[block["is"]]():
            if not _is_empty(made):
                yield made

    def _picture(self, place: str, name: str, alt: str, height: int) -> Picture:
        try:
            return picture(self._path.parent, name, alt, height)
        except (OSError, ValueError) as error:
            raise self._failure(f"{place}.file", brief(error)) from error

    def _filled(self, place: str, template: str, view: Mapping[str, Any]) -> str:
        if "{" not in template:
            return cleaned(template)
        return cleaned(self._tried(place, lambda: self._template(template).render(view)))

    def _each(self, place: str, templates: Iterable[str], view: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(self._filled(place, template, view) for template in templates)

    def _value(self, place: str, expression: str, view: Mapping[str, Any]) -> Any:
        return self._tried(place, lambda: self._expression(expression)(**view))

    def _tried(self, place: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except MemoryError:
            raise
        except Exception as error:  # whatever an author's expression does
            raise self._failure(place, brief(f"{type(error).__name__}: {error}")) from error

    def _failure(self, place: str, reason: str) -> Temporary:
        return Temporary("paper_layout_failed", file=str(self._path), key=place, reason=reason)


def _answers(view: Mapping[str, Any], unanswered: str) -> Iterator[Block]:
    for number, each in enumerate(view["answers"], 1):
        if each["frage"]:
            yield Question(number, cleaned(each["frage"]))
        yield from prose(each["antwort"] or unanswered)


def _is_empty(block: Block) -> bool:
    match block:
        case Paragraph(text=""):
            return True
        case Items(items=()) | Signature(lines=()):
            return True
    return False
