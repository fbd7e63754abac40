"""The package of a case as XML: file, case and document in the manner of xdomea 3.0.0, in a namespace of its own.

The element names are xdomea's where it has one for the thing; the file is not valid against its schema. Pure.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACE = "urn:vorgang:paket:1"
#: What XML 1.0 cannot hold.
_UNFIT = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_Json = Mapping[str, Any]


def package_xml(document: _Json) -> bytes:
    """The XML of what `case_package` writes as JSON."""
    root = ET.Element("Paket", {"xmlns": NAMESPACE, "Fassung": str(document["format"])})
    case = document["case"]
    file = _below(root, "Akte")
    _identified(file, case["id"], case["number"])
    _text(_below(file, "AllgemeineMetadaten"), "Betreff", case["subject"])
    _case(file, "Vorgang", case)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _case(above: ET.Element, name: str, case: _Json) -> None:
    one = _below(above, name)
    _identified(one, case["id"], case["number"])
    metadata = _below(one, "AllgemeineMetadaten")
    _text(metadata, "Betreff", case["subject"])
    _text(metadata, "Typ", case["kind"])
    _text(metadata, "Status", case["state"] or case["state_label"]["de"])
    _text(metadata, "Ergebnis", case.get("outcome"))
    term = _below(one, "Laufzeit")
    _text(term, "Beginn", case["opened_at"])
    _text(term, "Ende", case["closed_at"])
    _value(_below(one, "Angaben"), case["facts"])
    for document in case["documents"]:
        _document(one, document)
    if "log" in case:
        log = _below(one, "Protokoll")
        _text(log, "Zeilen", case["log"]["lines"])
        _text(log, "Pruefsumme", case["log"]["end"])
    for child in case["children"]:
        _case(one, "Teilvorgang", child)


def _document(above: ET.Element, document: _Json) -> None:
    one = _below(above, "Dokument")
    _text(_below(one, "AllgemeineMetadaten"), "Betreff", document["title"])
    file = _below(_below(_below(one, "Version"), "Format"), "Primaerdokument")
    _text(file, "Dateiname", document["path"])
    _text(file, "DateinameOriginal", document["name"])
    _text(file, "Dateityp", document["media_type"])
    _text(file, "Groesse", document["size"])
    _text(file, "SHA256", document["sha256"])


def _value(above: ET.Element, value: Any) -> None:
    """Plain values as elements ``Angabe``, with the name of each as an attribute."""
    items = value.items() if isinstance(value, Mapping) else ((None, one) for one in value)
    for name, one in items:
        element = _below(above, "Angabe")
        if name is not None:
            element.set("Name", _fit(name))
        if isinstance(one, Mapping | list | tuple):
            _value(element, one)
        else:
            element.text = _fit(_plain(one))


def _identified(above: ET.Element, case_id: str, number: str | None) -> None:
    identity = _below(above, "Identifikation")
    _text(identity, "ID", case_id)
    _text(identity, "Kennzeichen", number)


def _below(above: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(above, name)


def _text(above: ET.Element, name: str, value: object) -> None:
    if value is not None:
        _below(above, name).text = _fit(_plain(value))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
