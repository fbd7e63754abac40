"""A case as a package for the archive: one ZIP with XML, JSON, every kept file and the log, the cases below included.

The bytes are the same for the same case: nothing in them tells when or by whom the package was made, entries are
stored uncompressed, in one order, with one date.
"""

import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple
from uuid import uuid4

import orjson
from sqlalchemy import Connection

from ..config.errors import InvalidInputError, NotFoundError
from ..config.os_errors import cause
from ..states.files import read_file
from ..states.visibility import Reader
from .package_contents import Packed, inside, outside
from .package_xml import package_xml
from .workflow import Workflow

DATA, XML, LOG, RECIPE, SUMS = "vorgang.json", "vorgang.xml", "protokoll.jsonl", "PRUEFEN.txt", "SHA256SUMS"
#: The earliest date that a ZIP can hold.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o100644 << 16
_PIECE = 1 << 20


class _Entry(NamedTuple):
    name: str
    content: bytes


def write_package(
    workflow: Workflow, case_id: str, path: Path, *, reader: Reader | None = None, over: bool = False
) -> str:
    """Write the package of a case to `path`, whole or not at all; its SHA-256. `reader`: only what they may see.

    One file of the case is held in memory at a time.

    Raises:
        NotFoundError: there is no such case, or none for this reader.
        InvalidInputError: another file lies there and `over` was not said, or it cannot be written.
    """
    packed = inside(workflow, case_id) if reader is None else outside(workflow, case_id, reader)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w+b") as target:
            _write(workflow, packed, target)
            target.flush()
            os.fsync(target.fileno())
            digest = _digest_of(target)
        if not over and path.exists() and _digest_at(path) != digest:
            raise InvalidInputError("cli_out_exists", path=str(path))
        part.replace(path)
    except OSError as error:
        raise InvalidInputError("package_unwritable", path=str(path), detail=cause(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return digest


def _write(workflow: Workflow, packed: Packed, target: IO[bytes]) -> None:
    sums = dict[str, str]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive, workflow.database.reading() as connection:
        for entry in (*_entries(packed), *_files(connection, packed)):
            sums[entry.name] = sha256(entry.content).hexdigest()
            _put(archive, entry)
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        _put(archive, _Entry(SUMS, listed.encode()))


def _entries(packed: Packed) -> Iterator[_Entry]:
    yield _Entry(DATA, _json(packed.document, indent=True))
    yield _Entry(XML, package_xml(packed.document))
    if packed.lines is not None:
        yield _Entry(LOG, b"".join(_json(line) for line in packed.lines))
    yield _Entry(RECIPE, (_RECIPE if packed.lines is not None else _RECIPE_WITHOUT_LOG).encode())


def _files(connection: Connection, packed: Packed) -> Iterator[_Entry]:
    for path, digest in sorted(packed.files.items()):
        yield _Entry(path, read_file(connection, packed.body, digest))


def _put(archive: zipfile.ZipFile, entry: _Entry) -> None:
    info = zipfile.ZipInfo(entry.name, _DATE)
    info.create_system, info.external_attr, info.file_size = _UNIX, _MODE, len(entry.content)
    with archive.open(info, "w") as member:
        for start in range(0, len(entry.content), _PIECE):
            member.write(entry.content[start : start + _PIECE])


def _json(value: Mapping[str, Any] | Sequence[Any], *, indent: bool = False) -> bytes:
    options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(value, option=options | orjson.OPT_INDENT_2 if indent else options)


def _digest_of(file: IO[bytes]) -> str:
    file.seek(0)
    digest = sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _digest_at(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _digest_of(file)
    except OSError as error:
        raise NotFoundError("package_unreadable", path=str(path), detail=cause(error)) from error


_SUMS = """\
Prüfen / How to check
=====================

1. Jede Datei gegen ihre Prüfsumme: in den entpackten Ordner wechseln, dann
   Every file against its checksum: change to the unpacked folder, then

       sha256sum --check SHA256SUMS

"""
_RECIPE = (
    _SUMS
    + """\
2. Alles zusammen, ohne Datenbank / everything at once, without a database:

       vorgang audit verify-package PAKET.zip

3. Das Protokoll von Hand / the log by hand:

   protokoll.jsonl hat je Zeile einen Eintrag, nach Vorgang (case_id) und Nummer (seq) geordnet. Der hash einer
   Zeile ist SHA-256 über das kanonische JSON (RFC 8785) dieser Schlüssel /
   holds one entry per line, by case and number. The hash of a line is SHA-256 over the canonical JSON of these keys:

       actor_kind, at, case (= case_id), changes, event, from (= source), prev (= prev_hash),
       private (= private_digest), role, seq, to (= target)

   prev_hash ist der hash der Zeile davor, bei der ersten 64 Nullen / is the hash of the line before, 64 zeros first.
   private_digest ist SHA-256 über salt + JSON von [actor, on_behalf_of, reason] + JSON von data; ohne salt ist
   dieser Teil gelöscht / covers salt, names and input; without salt that part was erased.
   In vorgang.json steht zu jedem Vorgang, wie viele Zeilen er hat und wie die letzte endet (log) /
   tells of each case how many lines it has and how the last one ends.

Was das beweist: dass nichts einzeln geändert wurde. Dass nicht alles zusammen neu geschrieben wurde, beweist der
Vergleich mit der Datenbank (vorgang audit verify) oder mit der Prüfsumme des Pakets im Protokoll der Aussonderung.
What that proves: nothing was changed by itself. That not all of it was rewritten is proven against the database, or
by the checksum of the package in the log of its disposal.
"""
)
_RECIPE_WITHOUT_LOG = (
    _SUMS
    + "Dieses Paket enthält, was alle sehen dürfen; das Protokoll gehört nicht dazu.\n"
    + "This package holds what everybody may see; the log is no part of it.\n"
)
