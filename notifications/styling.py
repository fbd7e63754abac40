"""Styles of an HTML mail, written once as a style sheet, put into each element: mail programs drop style sheets.

The only module that knows css-inline. It runs over every finished mail, because a town's own block ``html`` is part of
it; a mail takes a tenth of a millisecond. It fetches nothing: ``<link>`` is dropped, be it to a server or to a file.
Media queries (narrow screens, dark mode) cannot stand in an element and stay in the head.
"""

from css_inline import CSSInliner

_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def inlined(html: str) -> str:
    """The document with its styles in the elements."""
    return _INLINER.inline(html)
