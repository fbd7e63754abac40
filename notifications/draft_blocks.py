"""Text blocks: passages that an office uses again and again, some of them for a time only.

``bausteine.toml`` in a folder of templates holds those of all municipalities, ``<body>/bausteine.toml`` those of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ..config.errors import Finding
from ..config.reader import Source, Table, raise_findings, read_file
from ..config.text import Lang, Text
from ..config.texts import text_of

#: Name of the files, and of the blocks in the context of a template.
FILE = "bausteine.toml"
BLOCKS = "_bausteine"


class Block(NamedTuple):
    """A text block; both days are inclusive, None: since ever, or without an end."""

    id: str
    label: Text
    text: str
    file: str
    valid_from: date | None = None
    valid_until: date | None = None
    #: Kinds of papers (ids of lifecycles) in which it may be used; none: in all.
    kinds: tuple[str, ...] = ()

    def problem(self, day: date, kind: str | None = None) -> tuple[str, Mapping[str, object]] | None:
        """Why it must not be used on `day` in a paper of `kind`, as a code and its parameters; None: it may."""
        if self.valid_until is not None and day > self.valid_until:
            return "draft_block_expired", {"id": self.id, "until": f"{self.valid_until:%d.%m.%Y}"}
        if self.valid_from is not None and day < self.valid_from:
            return "draft_block_early", {"id": self.id, "start": f"{self.valid_from:%d.%m.%Y}"}
        if kind is not None and self.kinds and kind not in self.kinds:
            return "draft_block_kind", {"id": self.id, "kind": kind, "kinds": ", ".join(self.kinds)}
        return None


def load_blocks(folders: Sequence[Path], body: str | None = None) -> Mapping[str, Block]:
    """The blocks by id; a later folder wins, and in each what belongs to the municipality `body`.

    Raises:
        AuthorError: with every mistake of every file.
    """
    blocks: dict[str, Block] = {}
    sources: list[Source] = []
    for folder in folders:
        for place in (folder, folder / body) if body else (folder,):
            if (path := place / FILE).is_file():
                source = read_file(path)
                sources.append(source)
                blocks |= {block.id: block for block in _blocks(source)}
    raise_findings(sources)
    return blocks


def _blocks(source: Source) -> list[Block]:
    table = Table(source, source.parse())
    found = [_block(one) for one in table.tables("baustein")]
    table.close()
    seen: set[str] = set()
    for place, block in enumerate(found):
        if block.id in seen:
            source.find("draft_block_double", f"baustein[{place}].id", id=block.id)
        seen.add(block.id)
    return found


def _block(table: Table) -> Block:
    id = table.string("id")
    if id and not id.replace("-", "_").isidentifier():
        table.find("draft_block_id", "id", id=id)
    block = Block(
        id=id,
        label=table.text("label"),
        text=table.string("text"),
        file=table.source.file,
        valid_from=table.day("valid_from"),
        valid_until=table.day("valid_until"),
        kinds=table.names("kinds"),
    )
    if block.valid_from and block.valid_until and block.valid_until < block.valid_from:
        table.find("draft_block_period", "valid_until")
    table.close()
    return block


def carried(blocks: Mapping[str, Block], day: date | None, kind: str | None, lang: Lang) -> dict[str, Any]:
    """The blocks as the context of a template holds them: the text, or what is wrong with it."""
    return {id: {"text": block.text, "problem": _said(block, day, kind, lang)} for id, block in blocks.items()}


def _said(block: Block, day: date | None, kind: str | None, lang: Lang) -> str | None:
    problem = block.problem(day, kind) if day is not None else None
    return text_of(problem[0], problem[1], lang) if problem else None


def left_out(id: str, block: Mapping[str, Any] | None, lang: Lang) -> str:
    """What stands in a draft in place of a block that cannot be used."""
    reason = block["problem"] if block else text_of("draft_block_unknown", {"id": id, "known": "–", "near": "–"}, lang)
    return text_of("draft_block_left_out", {"id": id, "reason": str(reason).rstrip(".")}, lang)


def expired(blocks: Iterable[Block], day: date) -> list[Finding]:
    """The blocks that must not be used any more on `day`."""
    found = []
    for block in blocks:
        problem = block.problem(day)
        if problem and problem[0] == "draft_block_expired":
            found.append(Finding(code=problem[0], file=block.file, key=f"baustein.{block.id}", params=problem[1]))
    return found
