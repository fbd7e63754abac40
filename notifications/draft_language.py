"""The language of drafting templates: Jinja in its sandbox, with escaping, the filters of the mails and text blocks.

docxtpl's own environment would run whatever stands in a file; every template, ours and others', runs in this one.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, Undefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from .draft_blocks import BLOCKS, left_out
from .failures import brief
from .wording import add_filters

#: What no XML can hold; a question pasted out of some other program may.
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


class _Language(ImmutableSandboxedEnvironment):
    """Compiles what it has compiled before only once: the same file is filled in for many cases."""

    def from_string(self, source: Any, *_: Any, **__: Any) -> Template:
        """See `jinja2.Environment`."""
        return self._compiled(source)

    @lru_cache(maxsize=32)  # noqa: B019  # there are two environments, and they live as long as the process
    def _compiled(self, source: str) -> Template:
        return super().from_string(source)


@cache
def language(*, escaped: bool = True) -> ImmutableSandboxedEnvironment:
    """The environment in which templates are filled in; `escaped`: for XML."""
    made = _Language(autoescape=escaped, undefined=StrictUndefined, finalize=_writable)
    add_filters(made)
    if escaped:  # a block cannot hold another one: that could go round in circles
        made.globals["baustein"] = _block
    return made


@pass_context
def _block(context: Context, id: str) -> str:
    return block_text(str(id), context.get_all())


def block_text(id: str, context: Mapping[str, Any]) -> str:
    """The text block `id` with its fields filled in; for one that must not be used any more, a remark says so."""
    block = context.get(BLOCKS, {}).get(id)
    if block is None or block.get("problem"):
        return left_out(id, block, context.get("lang", "de"))
    try:
        return language(escaped=False).from_string(block["text"]).render(context)
    except MemoryError:
        raise
    except Exception as error:  # what an author wrote into a block must not keep the whole draft from going out
        problem = brief(f"{type(error).__name__}: {error}")
        return left_out(id, {**block, "problem": problem}, context.get("lang", "de"))


def _writable(value: Any) -> Any:
    """A value as XML can hold it."""
    if isinstance(value, Undefined | Markup):
        return value
    return _NO_XML.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")) if isinstance(value, str) else value
