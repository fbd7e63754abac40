"""The difference between two drafts as one HTML page that needs nothing else."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ..config.text import Lang
from .wording import say

if TYPE_CHECKING:
    from ..notifications.draft_difference import FieldDifference, Span
    from .drafts import DraftVersion

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "p{white-space:pre-wrap}ins{background:#d7f5dd;color:#0b4a1c}del{background:#fde0df;color:#7a1411}"
)
_TAGS = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


def difference_page(
    older: "DraftVersion", newer: "DraftVersion", found: "Sequence[FieldDifference]", lang: Lang
) -> str:
    """Deleted and inserted words are marked by elements, so that it can be read without seeing colours."""
    title = say("draft_difference", lang, older=older.number, newer=newer.number)
    fields = "".join(f"<h2>{escape(one.name)}</h2><p>{''.join(map(_marked, one.spans))}</p>" for one in found)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{fields or _nothing(lang)}</body></html>"
    )


def _marked(span: "Span") -> str:
    return _TAGS[span.kind].format(escape(span.text))


def _nothing(lang: Lang) -> str:
    return f"<p>{escape(say('draft_unread', lang))}</p>"
