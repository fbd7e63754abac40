"""What a town wants of its drafting templates: as which files, and with which mandatory statements.

``entwurf.toml`` in a folder of templates holds it for all municipalities, ``<body>/entwurf.toml`` for one.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..config.reader import Source, Table, raise_findings, read_file
from ..config.text import Text
from .draft_parts import MEDIA_TYPES, Format

FILE = "entwurf.toml"
#: An id becomes part of the name of a field; `_` parts those names.
_ID = re.compile(r"[a-z][a-z0-9]{0,15}")


class Choice(NamedTuple):
    """A box to tick."""

    id: str
    label: Text


class Required(NamedTuple):
    """A mandatory statement (Pflichtangabe): boxes to tick, and room for a text."""

    id: str
    label: Text
    hint: Text
    choices: tuple[Choice, ...] = ()
    #: Kinds of papers (ids of lifecycles) that need it; none: all.
    kinds: tuple[str, ...] = ()


class Form(NamedTuple):
    """What a town wants."""

    formats: tuple[Format, ...] = ("docx",)
    statements: tuple[Required, ...] = ()
    #: Where it was read; None: nowhere.
    file: Path | None = None

    def required(self, kind: str | None) -> tuple[Required, ...]:
        """The statements that a paper of `kind` needs."""
        return tuple(one for one in self.statements if not one.kinds or kind in one.kinds)


def places(folders: Sequence[Path], body: str | None, kind: str | None = None) -> Iterator[Path]:
    """Where a file of a town is looked for: the last folder first, in each what is nearest to town and kind."""
    for folder in reversed(folders):
        if body:
            yield from (folder / body / kind, folder / body) if kind else (folder / body,)
        yield from (folder / kind, folder) if kind else (folder,)


def load_form(folders: Sequence[Path], body: str | None) -> Form:
    """The form of the town `body`; `folders`: the last one wins.

    Raises:
        AuthorError: with every mistake of the file.
    """
    path = next((path for place in places(folders, body) if (path := place / FILE).is_file()), None)
    return Form() if path is None else read_form(path)


def read_form(path: Path) -> Form:
    """The form in a file. Errors as in `load_form`."""
    source = read_file(path)
    table = Table(source, source.parse())
    form = Form(_formats(table), tuple(_required(one) for one in table.tables("angabe")), path)
    table.close()
    _check_ids(source, form)
    raise_findings([source])
    return form


def _formats(table: Table) -> tuple[Format, ...]:
    given = table.names("formats") or ("docx",)
    for one in given:
        if one not in MEDIA_TYPES:
            table.find("draft_form_format", "formats", value=one, known=", ".join(MEDIA_TYPES))
    return tuple(one for one in MEDIA_TYPES if one in given) or ("docx",)


def _required(table: Table) -> Required:
    found = Required(
        id=table.string("id"),
        label=table.text("label"),
        hint=table.text("hint", Text("", "")),
        choices=tuple(_choice(one) for one in table.tables("choices")),
        kinds=table.names("kinds"),
    )
    table.close()
    return found


def _choice(table: Table) -> Choice:
    found = Choice(table.string("id"), table.text("label"))
    table.close()
    return found


def _check_ids(source: Source, form: Form) -> None:
    seen: set[str] = set()
    for place, one in enumerate(form.statements):
        for id in (one.id, *(choice.id for choice in one.choices)):
            if id and not _ID.fullmatch(id):
                source.find("draft_form_id", f"angabe[{place}].id", id=id)
        if one.id in seen:
            source.find("draft_form_double", f"angabe[{place}].id", id=one.id)
        seen.add(one.id)
