"""The Beratungsfolge: rows of a table, lines, or cells on lines of their own, in any order of the columns. Pure.

What a cell is, `understanding_cells` says. A row without a body that could be read is left out, and told.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .understanding_cells import Piece, column_types, is_approver, is_head, is_session, of_cells, of_text, type_of
from .understanding_dates import day_of
from .understanding_kind import kind_of
from .understanding_labels import is_salutation, label_of
from .understanding_rows import Row
from .understanding_town import KnownTown
from .understanding_words import plain, words
from .understood import ConsultationFound

_HEADS = {
    "gremium",
    "gremien",
    "sitzung",
    "verteiler",
    "vorlage an",
    "beratungsfolge",
    "behandlung",
    "geplante sitzungstermine",
    "ausschuss",
}
_LONG, _FEW, _NEAR = 160, 4, 4


class Consultations(NamedTuple):
    """The rows read, each with its place."""

    rows: tuple[tuple[ConsultationFound, Row], ...]
    label: Row | None
    #: Numbers of the rows of the table.
    used: frozenset[int]
    #: Rows of the table that could not be read.
    unread: tuple[Row, ...] = ()


class _Table(NamedTuple):
    rows: list[Row]
    #: What the heads of the columns announce; of heads on lines of their own: in order.
    columns: tuple[str, ...]
    lined: tuple[str, ...]
    #: The number of rows up to the last one of the table.
    end: int


def consultations_of(rows: Sequence[Row], town: KnownTown) -> Consultations:
    """The Beratungsfolge of a document."""
    start = next((index for index in range(len(rows)) if _begins(rows, index, town)), None)
    if start is None:
        return Consultations((), None, frozenset())
    row = rows[start]
    inline = row.text.partition(":")[2].strip() if not row.cells else ""
    headed = start if is_head(row) and (row.cells or label_of(row.text) != "consultations") else start + 1
    table = _trimmed(_table(rows[headed:], town), rows[headed:], town)
    first = [row._replace(text=inline, level=0)] if inline else []
    pieces = _read(first + table.rows, table, town)
    known = tuple((_found(one), one.row) for one in pieces if one.body is not None)
    unread = tuple(one.row for one in pieces if one.body is None and (one.unknown or one.day))
    used = frozenset(each.number for each in rows[start : headed + table.end])
    return Consultations(known, row, used | {row.number}, unread)


def _begins(rows: Sequence[Row], index: int, town: KnownTown) -> bool:
    row = rows[index]
    if not row.text:
        return False
    if row.cells:
        filled = [plain(cell) for cell in row.cells if cell]
        columns = len(filled) > 1 and is_head(row) and bool(set(filled) & _HEADS)
        return columns or (bool(filled) and label_of(filled[0]) == "consultations")
    head = row.text.partition(":")[0] if ":" in row.text else row.text
    if label_of(head) == "consultations" and len(head) < _LONG:
        return plain(head) not in words().roles or _row_follows(rows, index, town)
    if _heads_in_line(row.text):
        return True
    return _heads_follow(rows, index, town)


def _heads_in_line(text: str) -> bool:
    """„Verteiler Tag“: heads of columns that only a blank or two set apart."""
    first, *more = plain(text).split(" ", _FEW)
    return label_of(first) == "consultations" and 0 < len(more) < _FEW and all(one in words().columns for one in more)


def _row_follows(rows: Sequence[Row], index: int, town: KnownTown) -> bool:
    """A row with a body and something else: what is above it may be a heading, and is no role."""
    after = next((row for row in rows[index + 1 : index + _NEAR] if row.text), None)
    return after is not None and len({type_of(cell, town) for cell in after.cells if cell} & {"body", "date"}) > 1


def _heads_follow(rows: Sequence[Row], index: int, town: KnownTown) -> bool:
    """Heads of columns on lines of their own, and below them a day or a body."""
    keys = list[str]()
    for row in rows[index : index + 2 * _NEAR]:
        if row.cells or row.text.endswith(":") or not (is_head(row) if row.text else keys):
            break
        keys += [plain(row.text)] if row.text else []
    if len(keys) < 2 or not {words().column_types.get(key) for key in keys} & {"body"}:  # noqa: PLR2004 - columns
        return False
    below = [row for row in rows[index : index + 3 * _NEAR] if row.text][len(keys) :][:2]
    return any(type_of(row.text, town) in {"date", "body"} for row in below)


def _table(rows: Sequence[Row], town: KnownTown) -> _Table:
    """The rows of the table, until a field, a section or prose follows."""
    table, columns, lined, end, cells = list[Row](), tuple[str, ...](), list[str](), 0, False
    for index, row in enumerate(rows):
        if row.text and cells and not row.cells and not _is_part(rows, index, town):
            break
        if _is_over(rows, index):
            break
        end = index + 1 if row.text else end
        if row.text and is_head(row):
            columns = columns or (column_types(row.cells) if row.cells else ())
            lined += [] if row.cells or table else column_types([row.text])
        elif row.text:
            table.append(row)
        cells = cells or (len(row.cells) > 1 and not is_head(row))
    return _Table(table, columns, tuple(lined), end)


def _trimmed(table: _Table, rows: Sequence[Row], town: KnownTown) -> _Table:
    """Without lines behind the last row that are of another part of the document."""
    kept = list(table.rows)
    while kept and not kept[-1].cells and type_of(kept[-1].text, town) == "unknown" and not day_of(kept[-1].text):
        kept.pop()
    if len(kept) == len(table.rows):
        return table
    last = kept[-1].number if kept else 0
    end = max((index for index, row in enumerate(rows[: table.end], 1) if row.number <= last), default=0)
    return table._replace(rows=kept, end=end)


def _is_part(rows: Sequence[Row], index: int, town: KnownTown) -> bool:
    """A cell that was written on the line below its row; or a row of one cell, above others."""
    after = next((row for row in rows[index + 1 : index + 1 + _NEAR] if row.text), None)
    if after is not None and {type_of(cell, town) for cell in after.cells if cell} & {"date", "body"}:
        return True
    return bool(rows[index - 1].text) and type_of(rows[index].text, town) in {"date", "role", "public"}


def _is_over(rows: Sequence[Row], index: int) -> bool:
    """Another part of the document begins."""
    row, known = rows[index], words()
    if not row.text:
        return False
    key = plain(row.text)
    if any(label_of(cell) and plain(cell) not in known.columns | known.roles for cell in row.cells):
        return True
    if not row.cells and kind_of(row.text) is not None and key not in known.roles:
        return True
    if row.level or is_salutation(row.text) or key in known.sections - known.roles or key in known.ends:
        return key not in known.columns
    if not row.cells and key in known.sections & known.roles and _prose_follows(rows, index):
        return True
    return (not row.cells and key not in known.columns and _is_field(row)) or _is_prose(row)


def _prose_follows(rows: Sequence[Row], index: int) -> bool:
    """„Bericht“ above sentences is a heading and no role; unless it stands right below a cell, and apart from them."""
    if index and rows[index - 1].text and not rows[index - 1].level and _is_blank(rows, index + 1):
        return rows[index].text.endswith(":")
    after = next((row for row in rows[index + 1 : index + _NEAR] if row.text), None)
    return rows[index].text.endswith(":") or (after is not None and _is_prose(after))


def _is_blank(rows: Sequence[Row], index: int) -> bool:
    return index < len(rows) and not rows[index].text


def _is_field(row: Row) -> bool:
    name = label_of(row.text)
    coloned = words().label.match(row.text) is not None and day_of(row.text[: _FEW * _FEW]) is None
    return (name is not None and plain(row.text) not in words().roles) or coloned


def _is_prose(row: Row) -> bool:
    return not row.cells and (
        len(row.text) > _LONG
        or row.text.endswith((":", "?"))
        or (row.text.endswith(".") and day_of(row.text) is None and len(row.text.split()) > _FEW)
    )


def _read(rows: Sequence[Row], table: _Table, town: KnownTown) -> list[Piece]:
    if len(table.lined) > 1 and (read := _in_turn(rows, table.lined, town)):
        return read
    pieces = [piece for row in rows for piece in _pieces(row, table.columns, town)]
    return _named_by_column(_grouped(pieces))


def _in_turn(rows: Sequence[Row], heads: Sequence[str], town: KnownTown) -> list[Piece]:
    """Cells on lines of their own, as many to a row as there are heads; empty: they are not."""
    width = len(heads)
    if any(row.cells for row in rows) or len(rows) % width:
        return []
    found = list[Piece]()
    for place in range(0, len(rows), width):
        cells = tuple(row.whole for row in rows[place : place + width])
        types = [type_of(cell, town) for cell in cells]
        fits = all(
            (kind == "body") == (head == "body") or kind == "unknown" for kind, head in zip(types, heads, strict=True)
        )
        if not fits or types.count("date") > 1 or types[heads.index("body")] not in {"body", "unknown"}:
            return []
        named = rows[place + heads.index("body")]
        found.append(of_cells(named._replace(text=" ".join(cells), cells=cells), heads, town)._replace(row=named))
    return found


def _pieces(row: Row, columns: Sequence[str], town: KnownTown) -> Iterator[Piece]:
    if row.cells:
        yield of_cells(row, columns, town)
    elif row.text and not is_session(row.whole) and plain(row.text) not in words().outcomes:
        yield of_text(row, row.text, town)


def _named_by_column(pieces: Sequence[Piece]) -> list[Piece]:
    """What stands in the column in which the bodies stand is one."""
    places = Counter(piece.column for piece in pieces if piece.body is not None and piece.column is not None)
    usual = places.most_common(1)[0][0] if places else None
    return [
        piece._replace(body=piece.unknown, unknown=None)
        if piece.body is None and piece.unknown and usual is not None and piece.column == usual and piece.day
        else piece
        for piece in pieces
    ]


def _grouped(pieces: Sequence[Piece]) -> list[Piece]:
    """Cells on lines of their own put together: by columns, or one row after the other."""
    alone = [(_only(piece), piece) for piece in pieces]
    if all(kind for kind, _ in alone) and (columns := _by_columns(alone)):
        return columns
    day_first = bool(alone) and alone[0][0] == "day"
    found = list[Piece]()
    for piece in pieces:
        if found and _goes_on(found[-1], piece, day_first=day_first):
            found[-1] = _merged(found[-1], piece)
        elif piece.held == ["day"] and found and found[-1].body:
            found.append(piece._replace(body=found[-1].body, role=found[-1].role))
        elif piece.held:
            found.append(piece)
    return found


def _only(piece: Piece) -> str:
    """The one thing that a piece holds; empty: several or none."""
    return piece.held[0] if len(piece.held) == 1 else ""


def _by_columns(alone: Sequence[tuple[str, Piece]]) -> list[Piece]:
    """A table that was copied column by column; empty: it was not."""
    runs = [(kind, [piece for _, piece in group]) for kind, group in groupby(alone, key=lambda pair: pair[0])]
    height = len(runs[0][1]) if runs else 0
    kinds = [kind for kind, _ in runs]
    whole = height > 1 and "body" in kinds and len(set(kinds)) == len(kinds) > 1
    if not whole or any(len(run) != height for _, run in runs):
        return []
    return [_all_merged([run[index] for _, run in runs]) for index in range(height)]


def _all_merged(pieces: Sequence[Piece]) -> Piece:
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = _merged(whole, piece)
    return whole._replace(row=next((piece.row for piece in pieces if piece.body), pieces[0].row))


def _goes_on(last: Piece, piece: Piece, *, day_first: bool) -> bool:
    if piece.body is not None and piece.day is not None:
        return False
    if day_first:
        return piece.day is None and (piece.body is None or (last.body or last.unknown) is None)
    if piece.body is None and piece.unknown:
        return piece.day is None and last.body is not None and last.day is None and not piece.row.cells
    return piece.body is None and (piece.day is None or last.day is None)


def _merged(last: Piece, piece: Piece) -> Piece:
    public = last.public if last.public is not None else piece.public
    body = last.body or piece.body
    unknown = None if body else last.unknown or piece.unknown
    return last._replace(
        body=body, day=last.day or piece.day, role=last.role or piece.role, public=public, unknown=unknown
    )


def _found(piece: Piece) -> ConsultationFound:
    if piece.body is not None and is_approver(piece.body):
        return ConsultationFound(None, piece.day, "genehmigung", piece.public)
    return ConsultationFound(piece.body, piece.day, piece.role, piece.public)
