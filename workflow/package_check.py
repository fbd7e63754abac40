"""Checking the package of a case without a database: is every file what it was, and is the log whole?"""

import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ..config.errors import InvalidInputError
from ..config.os_errors import cause
from ..config.text import Text
from ..states.audit_chains import CaseEnd, Tally, check_chains, line_from
from ..states.audit_findings import AuditFinding
from ..states.ledger import Line
from .case_package import DATA, LOG, SUMS

#: The parts that are read whole; more is no package of ours.
_MOST = 512 << 20
_PIECE = 1 << 20


class PackageReport(NamedTuple):
    """What a check saw."""

    #: Of the package itself.
    sha256: str
    cases: int
    lines: int
    #: Lines without their personal part.
    erased: int
    files: int
    #: Whether it holds only what everybody may see, without the log.
    public: bool
    findings: tuple[AuditFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings


def check_package(path: Path) -> PackageReport:
    """Check every file of a package and the log in it.

    Raises:
        InvalidInputError: it is no package.
    """
    tally, findings = Tally(), list[AuditFinding]()
    try:
        with zipfile.ZipFile(path) as archive:
            listed = dict(_sums(archive))
            findings += _check_files(archive, listed)
            document = _parsed(_whole(archive, DATA, path), path)
            cases = dict(_cases(document["case"]))
            if not document["public"]:
                ends = (end for _, end in sorted(cases.items()))
                findings += check_chains(ends, _lines(archive, path), tally)
            findings += _missing(document["case"], listed)
        digest = _digest(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InvalidInputError("package_unreadable", path=str(path), detail=_why(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInputError("package_unreadable", path=str(path), detail=DATA) from error
    found = tuple(findings)
    return PackageReport(digest, len(cases), tally.lines, tally.erased, len(listed), bool(document["public"]), found)


def _why(error: Exception) -> Text | str:
    return cause(error) if isinstance(error, OSError) else "ZIP"


def _check_files(archive: zipfile.ZipFile, listed: Mapping[str, str]) -> Iterator[AuditFinding]:
    names = archive.namelist()
    for name in sorted(listed.keys() - set(names)):
        yield _finding("package_missing", name)
    for name in sorted({one for one in names if names.count(one) > 1 or one not in {*listed, SUMS}}):
        yield _finding("package_unlisted", name)
    for name in sorted(listed.keys() & set(names)):
        if _digest_in(archive, name) != listed[name]:
            yield _finding("package_changed", name)


def _sums(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for line in _whole(archive, SUMS, Path(archive.filename or "")).decode().splitlines():
        digest, name = line.split("  ", 1)
        yield name, digest


def _digest_in(archive: zipfile.ZipFile, name: str) -> str | None:
    digest = sha256()
    try:
        with archive.open(name) as member:
            while piece := member.read(_PIECE):
                digest.update(piece)
    except zipfile.BadZipFile:  # the ZIP's own checksum does not fit either
        return None
    return digest.hexdigest()


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _whole(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    if archive.getinfo(name).file_size > _MOST:
        raise InvalidInputError("package_unreadable", path=str(path), detail=name)
    try:
        return archive.read(name)
    except zipfile.BadZipFile:  # changed inside; the finding says so
        with archive.open(name) as member:
            member._expected_crc = None  # type: ignore[attr-defined]  # noqa: SLF001  # to look at it all the same
            return member.read()


def _parsed(content: bytes, path: Path) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidInputError("package_unreadable", path=str(path), detail=DATA) from error


def _cases(case: Mapping[str, Any]) -> Iterator[tuple[str, CaseEnd]]:
    log = case.get("log") or {"lines": 0, "end": ""}
    yield case["id"], CaseEnd(case["id"], case["state"] or "", log["lines"], log["end"] or "")
    for child in case["children"]:
        yield from _cases(child)


def _lines(archive: zipfile.ZipFile, path: Path) -> Iterator[Line]:
    for row in _whole(archive, LOG, path).splitlines():
        known = _parsed(row, path)
        yield line_from([known.get(name) for name in Line._fields])


def _missing(case: Mapping[str, Any], listed: Mapping[str, str]) -> Iterator[AuditFinding]:
    """Documents of which the package says another content than its checksums do."""
    for one in case["documents"]:
        if one["path"] is not None and listed.get(one["path"]) != one["sha256"]:
            yield _finding("package_changed" if one["path"] in listed else "package_missing", one["path"])
    for child in case["children"]:
        yield from _missing(child, listed)


def _finding(code: Any, name: str) -> AuditFinding:
    return AuditFinding(code=code, params={"name": name})
