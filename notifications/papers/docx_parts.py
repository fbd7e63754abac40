"""Parts of a DOCX that python-docx knows nothing of: numberings of lists, and what its own empty file brings along.

Works on the document that `docx_writer` has opened.
"""

from typing import Any

from .model import Items, Mark

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Lists in lists that Word knows.
_LEVELS = 9
#: A level is indented by so much more than the one above it, in twentieths of a point.
_INDENT, _HANGING = 425, 340
#: What the empty file brings along that says nothing of this paper, or something untrue.
_LEFT_OVER = ("/thumbnail", "/stylesWithEffects", "/customXml")
_PROPERTIES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">\
<Application>Vorgang</Application><AppVersion>1.0000</AppVersion></Properties>"""
_SEPARATORS = {"decimalSymbol": ",", "listSeparator": ";"}
_SETTINGS_LEFT_OVER = ("savePreviewPicture", "rsids", "proofState", "doNotAutoCompressPictures")


def tidy(document: Any, language: str) -> None:
    """Without what the empty file says of the computer on which it was made; in `language` throughout."""
    for rels in (document.part.package.rels, document.part.rels):
        for name in [name for name, rel in rels.items() if rel.reltype.endswith(_LEFT_OVER)]:
            del rels[name]
    for rel in document.part.package.rels.values():
        if rel.reltype.endswith("/extended-properties"):
            rel.target_part._blob = _PROPERTIES.encode()  # noqa: SLF001  # python-docx does not read it
    _tidy_settings(document.settings.element)
    for node in (*document.settings.element.iter(_W + "themeFontLang"), *document.styles.element.iter(_W + "lang")):
        for key in list(node.attrib):
            del node.attrib[key]
        for key in ("val", "eastAsia"):
            node.set(_W + key, language)


def _tidy_settings(settings: Any) -> None:
    for node in [node for name in _SETTINGS_LEFT_OVER for node in settings.iter(_W + name)]:
        node.getparent().remove(node)
    for name, value in _SEPARATORS.items():
        for node in settings.iter(_W + name):
            node.set(_W + "val", value)


def numbering(document: Any, block: Items, depth: int) -> int:
    """The id of a numbering for one list alone, with its marks, beginning with its first number."""
    numbers = document.part.numbering_part.element
    made = numbers.add_num(_abstract(numbers, block.mark))
    made.add_lvlOverride(ilvl=depth).add_startOverride(block.first or 1)
    number: int = made.numId
    return number


def _abstract(numbers: Any, mark: Mark) -> int:
    """The id of what lists with this mark have in common."""
    name = f"vorgang {mark}"
    known = numbers.findall(_W + "abstractNum")
    for one in known:
        called = one.find(_W + "name")
        if called is not None and called.get(_W + "val") == name:
            return int(one.get(_W + "abstractNumId"))
    id_ = max((int(one.get(_W + "abstractNumId")) for one in known), default=-1) + 1
    made = numbers.makeelement(_W + "abstractNum", {_W + "abstractNumId": str(id_)})
    _put(made, "multiLevelType", "hybridMultilevel")
    _put(made, "name", name)
    for level in range(_LEVELS):
        made.append(_level(numbers, mark, level))
    numbers.insert(len(known), made)  # before the numberings that use it
    return id_


def _level(numbers: Any, mark: Mark, level: int) -> Any:
    is_numbered = mark in {".", ")"}
    made = numbers.makeelement(_W + "lvl", {_W + "ilvl": str(level)})
    _put(made, "start", "1")
    _put(made, "numFmt", "decimal" if is_numbered else "bullet")
    _put(made, "lvlText", f"%{level + 1}{mark}" if is_numbered else mark)
    _put(made, "lvlJc", "left")
    around = made.makeelement(_W + "pPr", {})
    left, hanging = str(_INDENT * (level + 1)), str(_HANGING)
    around.append(made.makeelement(_W + "ind", {_W + "left": left, _W + "hanging": hanging}))
    made.append(around)
    return made


def _put(node: Any, name: str, value: str) -> None:
    node.append(node.makeelement(_W + name, {_W + "val": value}))
