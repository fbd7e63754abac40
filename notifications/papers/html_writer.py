"""Papers as one HTML file that needs nothing beside it: for screens of every width, screen readers, printers."""

from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from .model import Block, Paper

#: Which class of a list shows the marks that are not the usual ones.
_CLASSES = {"–": "dash", "*": "star", ")": "bracket"}


def html(paper: Paper) -> bytes:
    """The paper as HTML, in UTF-8."""
    return _page().render(paper=paper).encode()


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(kind_of=_kind_of, classes=_CLASSES, base64=lambda content: b64encode(content).decode())
    return environment.get_template("page.html.j2")


def _kind_of(block: Block) -> str:
    return type(block).__name__.lower()
