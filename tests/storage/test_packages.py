"""A case as a package: whole, the same each time, and checked without a database."""

import json
import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.helpers.house import LEAD, House, later
from vorgang.config.errors import InvalidInputError, NotFoundError
from vorgang.workflow.case_package import DATA, LOG, SUMS, XML, write_package
from vorgang.workflow.package_check import check_package
from vorgang.workflow.package_contents import path_of
from vorgang.workflow.package_xml import NAMESPACE


def case_of(house: House) -> str:
    """A published Anfrage with two drafts and co-signatures."""
    case = house.at("mit_entwurf", drafted=house.text_draft("Erste Fassung", "Entwurf Nr. 1.txt"))
    house.fire(case, "entwurf_ablegen", LEAD, **house.text_draft("Zweite Fassung"))
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case)
    return case


def packed(house: House, folder: Path) -> tuple[str, Path]:
    case, path = case_of(house), folder / "paket.zip"
    write_package(house.workflow, case, path)
    return case, path


def test_a_package_holds_all_versions_the_children_and_the_log(house: House, tmp_path: Path) -> None:
    case, path = packed(house, tmp_path)
    with zipfile.ZipFile(path) as archive:
        document = json.loads(archive.read(DATA))
        contents = {archive.read(name).decode() for name in archive.namelist() if name.startswith("dokumente/")}
        lines = [json.loads(line) for line in archive.read(LOG).splitlines()]
        root = ET.fromstring(archive.read(XML))  # noqa: S314  # our own
    told = document["case"]
    assert (told["id"], told["state"], told["facts"]["federfuehrung"]) == (case, "zur_unterschrift", "amt01")
    assert contents == {"Erste Fassung", "Zweite Fassung"}
    assert {child["kind"] for child in told["children"]} == {"mitzeichnung"}
    assert len(told["signatures"]) + sum(len(child["signatures"]) for child in told["children"]) == 2
    assert len([line for line in lines if line["case_id"] == case]) == told["log"]["lines"]
    place = {"x": NAMESPACE}
    assert root.findtext("x:Akte/x:Vorgang/x:Identifikation/x:ID", None, place) == case
    named = {one.text for one in root.iterfind(".//x:Primaerdokument/x:SHA256", place)}
    assert named == {one["sha256"] for one in told["documents"]} | {
        one["sha256"] for child in told["children"] for one in child["documents"]
    }


def test_the_same_case_makes_the_same_bytes(house: House, tmp_path: Path) -> None:
    case, path = packed(house, tmp_path)
    house.wall.instant = house.clock(later("2024-01-08", 30))
    again = tmp_path / "nochmal.zip"
    digest = write_package(house.workflow, case, again)
    assert again.read_bytes() == path.read_bytes()
    assert digest == sha256(path.read_bytes()).hexdigest()


def test_an_untouched_package_is_whole_and_its_recipe_for_other_tools_works(house: House, tmp_path: Path) -> None:
    _, path = packed(house, tmp_path)
    report = check_package(path)
    assert report.ok, report.findings
    assert (report.cases, report.erased, report.public) == (3, 0, False)
    assert report.lines > 6
    folder = tmp_path / "entpackt"
    shutil.unpack_archive(path, folder)
    listed = (folder / SUMS).read_text().splitlines()
    assert {line.split("  ", 1)[1] for line in listed} | {SUMS} == {
        str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()
    }
    for line in listed:
        digest, name = line.split("  ", 1)
        assert sha256((folder / name).read_bytes()).hexdigest() == digest


Change = Callable[[dict[str, bytes]], None]


def _content(contents: dict[str, bytes]) -> None:
    contents[next(name for name in contents if name.startswith("dokumente/"))] = b"anders"


def _gone(contents: dict[str, bytes]) -> None:
    del contents[next(name for name in contents if name.startswith("dokumente/"))]


def _more(contents: dict[str, bytes]) -> None:
    contents["mehr.txt"] = b"mehr"


def _line(contents: dict[str, bytes]) -> None:
    contents[LOG] = contents[LOG].replace(b'"event":"zuweisen"', b'"event":"annehmen"')


def _named(contents: dict[str, bytes]) -> None:
    contents[LOG] = contents[LOG].replace(b'"actor":"randt"', b'"actor":"niemand"', 1)


def _shorter(contents: dict[str, bytes]) -> None:
    contents[LOG] = b"".join(contents[LOG].splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    ("change", "fits", "codes"),
    [
        (_content, False, {"package_changed"}),
        (_content, True, {"package_changed"}),
        (_gone, False, {"package_missing"}),
        (_gone, True, {"package_missing"}),
        (_more, False, {"package_unlisted"}),
        (_line, False, {"package_changed", "audit_changed"}),
        (_line, True, {"audit_changed"}),
        (_named, True, {"audit_personal_changed"}),
        (_shorter, True, {"audit_truncated"}),
    ],
)
def test_whatever_is_changed_in_a_package_is_found(
    house: House, tmp_path: Path, change: Change, fits: bool, codes: set[str]
) -> None:
    """`fits`: the list of checksums was changed to fit."""
    _, path = packed(house, tmp_path)
    contents = _contents(path)
    change(contents)
    if fits:
        listed = {name: sha256(content).hexdigest() for name, content in contents.items() if name != SUMS}
        contents[SUMS] = "".join(f"{digest}  {name}\n" for name, digest in listed.items()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    found = check_package(path).findings
    assert {one.code for one in found} == codes
    assert all(one.text("de") and one.remedy("en") for one in found)


def test_no_flipped_byte_changes_what_is_in_a_package_unnoticed(house: House, tmp_path: Path) -> None:
    """A byte of the ZIP's own directory (a date, a right) may change; nothing that is in the package does."""
    _, path = packed(house, tmp_path)
    whole, before = path.read_bytes(), _contents(path)
    for place in range(40, len(whole), max(len(whole) // 60, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            report = check_package(path)
        except InvalidInputError as error:
            assert error.code == "package_unreadable", place  # noqa: PT017  # either is an answer
        else:
            assert not report.ok or _contents(path) == before, place


def _contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("content", [b"", b"kein ZIP", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_package_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match="package_unreadable"):
        check_package(path)
    with pytest.raises(InvalidInputError, match="package_unreadable"):
        check_package(tmp_path / "fehlt.zip")


def test_nothing_that_lies_there_is_lost(house: House, tmp_path: Path) -> None:
    case, path = packed(house, tmp_path)
    write_package(house.workflow, case, path)
    path.write_text("etwas anderes")
    with pytest.raises(InvalidInputError, match="cli_out_exists"):
        write_package(house.workflow, case, path)
    assert path.read_text() == "etwas anderes"
    assert [one.name for one in tmp_path.iterdir()] == ["paket.zip"]
    write_package(house.workflow, case, path, over=True)
    assert check_package(path).ok


def test_the_public_package_holds_no_work_and_no_log(house: House, tmp_path: Path) -> None:
    case, path = house.at("beantwortet", drafted=house.text_draft("Geheime Notiz")), tmp_path / "paket.zip"
    reader = house.workflow.reader(house.body)
    write_package(house.workflow, case, path, reader=reader)
    report = check_package(path)
    assert (report.ok, report.public, report.lines) == (True, True, 0)
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read(DATA))["case"]
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert told["facts"]["fragen"] == ["Wie ist der Sachstand?"]
    assert told["history"][-1]["state_label"]["de"] == "beantwortet"
    for secret in ("Geheime Notiz", "beispiel01", "mitzeichnung", "randt"):
        assert secret not in everything
    hidden = house.ask(oeffentlich=False)
    with pytest.raises(NotFoundError):
        write_package(house.workflow, hidden, path, reader=reader, over=True)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "dokumente/ab-etc_passwd"),
        ("CON.txt", "dokumente/ab-CON.txt"),
        ("Bericht (neu)?.docx", "dokumente/ab-Bericht_neu.docx"),
        ("...", "dokumente/ab-datei"),
        ("Straße.pdf", "dokumente/ab-Straße.pdf"),
        ("a\x00b\nc.txt", "dokumente/ab-a_b_c.txt"),
        ("x" * 300 + ".pdf", f"dokumente/ab-{'x' * 80}.pdf"),
    ],
)
def test_no_name_of_a_file_leads_out_of_the_package(name: str, path: str) -> None:
    assert path_of("ab", name) == path
