"""Markdown to the plain form: emphasis, escapes and markup are taken away, headings, lists and rows stay. Pure.

Much that comes in as text is Markdown without knowing it: exports of council systems, copies out of chats and wikis.
The number of lines never changes.
"""

import re
from html import unescape

#: Characters that a converter writes a backslash before. Where a letter goes before, only the two that stand in words.
_ESCAPED = re.compile(r"\\([*_])|(?<![\w\\:])\\([#\[\]().+\-!~>|`\"'$@<{}])|(?<=\d)\\([.)])")
_KEPT = {"*": "\ue000", "_": "\ue001", "#": "\ue002", "`": "\ue003", "-": "\ue004", ">": "\ue005", "|": "\ue006"}
_BACK = {ord(mark): char for char, mark in _KEPT.items()}
_TAG = re.compile(
    r"</?(?:u|b|i|em|strong|s|del|ins|sup|sub|span|font|mark|small|div|p|center)(?:\s[^<>]{0,200})?/?>", re.I
)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]*\)){1,500}(?:\s\"[^\"\n]{0,200}\")?\)")
#: Emphasis may go over a line break, not over an empty line.
_WITHIN = r"(?=\S)((?:(?!\n[ \t]*\n)[^{0}]){{1,2000}}?)(?<=\S)"
_STRONG = re.compile(r"\*\*" + _WITHIN.format("*") + r"\*\*|(?<![\w_])__" + _WITHIN.format("_") + r"__(?![\w_])")
_WEAK = re.compile(
    r"(?<![\w*])\*" + _WITHIN.format("*\n") + r"\*(?![\w*])|(?<![\w_])_" + _WITHIN.format("_\n") + r"_(?![\w_])"
)
_CODE = re.compile(r"`([^`\n]{1,500})`")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_STAR = re.compile(r"^([ \t]*)[*+•◦‣▪■●\uf0b7\uf0a7][ \t]+(?=\S)")
_QUOTE = re.compile(r"^(?:>[ ]?)+")
_RULED = re.compile(r"^\|?[ ]*:?-{2,}:?[ ]*(?:\|[ ]*:?-{2,}:?[ ]*)+\|?$")


def without_markup(text: str) -> str:
    """The text without emphasis, escapes, links and tags; line breaks stay where they are."""
    text = _ESCAPED.sub(_kept, text)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text:
        text = _ENTITY.sub(lambda found: unescape(found[0]).replace("\n", " "), text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(_inner, text)
    return _CODE.sub(r"\1", _WEAK.sub(_inner, text))


def line(text: str) -> str:
    """One line, without what begins it in Markdown; escaped characters are themselves again."""
    heading = _HEADING.match(text)
    if heading:
        text = f"{heading[1]} {heading[2]}" if heading[2] else ""
    elif text.startswith(">"):
        text = _QUOTE.sub("", text)
    elif text.startswith("|") and text.endswith("|") and len(text) > 1:
        text = _row(text)
    text = _STAR.sub(r"\1- ", text)
    return text.translate(_BACK)


def is_ruler(text: str) -> bool:
    """Whether this is the line between the head of a table and its rows, which says nothing."""
    return "|" in text and _RULED.match(text) is not None


def _row(text: str) -> str:
    return "\t".join(cell.strip() for cell in text[1:-1].split("|"))


def _kept(found: re.Match[str]) -> str:
    char = found[1] or found[2] or found[3]
    return _KEPT.get(char, char)


def _inner(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)
