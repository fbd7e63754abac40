"""Message templates: one file per message and language with the blocks ``subject``, ``text`` and, if wanted, ``html``.

``text`` holds what is particular; salutation, link and closing come from ``_frame.j2`` of the language, recurring
phrases from ``_words.j2``. Where a template has no ``html``, the HTML part is made from the text. A file of the same
name in a folder of the municipality replaces the shipped one. Templates run in a sandbox and see plain values only;
what is not there is an error, not a gap.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..config.errors import Finding
from ..config.text import Lang
from .failures import Temporary, brief
from .paragraphs import paragraphs
from .samples import samples
from .wording import add_filters

SHIPPED = Path(__file__).parent / "templates"
LANGUAGES: tuple[Lang, ...] = ("de", "en")
#: What is said of a case whose content must not be shown.
NEUTRAL = "_neutral"
#: A subject longer than this is cut at a word.
LONGEST_SUBJECT = 200


class Rendered(NamedTuple):
    """A message in words."""

    subject: str
    text: str
    html: str


class Templates:
    """The message templates of an installation, compiled once; the municipality's `folders` win, the last one first."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = (*reversed(folders), SHIPPED)
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in self._folders])
        self._plain = _environment(loader, autoescape=False)
        self._html = _environment(loader, autoescape=True)

    def names(self, lang: Lang = "de") -> frozenset[str]:
        """The names that a lifecycle or a ladder may give."""
        found = (path.stem for folder in self._folders for path in (folder / lang).glob("*.j2"))
        return frozenset(name for name in found if not name.startswith("_"))

    def render(self, name: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        """The message `name` in `lang`.

        Raises:
            Temporary: there is no such template, or it cannot be filled in; a corrected file mends it.
        """
        try:
            return self._render(name, lang, context)
        except TemplateNotFound as error:
            known = ", ".join(sorted(self.names(lang)))
            raise Temporary("mail_template_unknown", template=error.name or name, lang=lang, known=known) from error
        except Exception as error:  # whatever an author's template does, it must not take other messages with it
            reason = _reason(error)
            raise Temporary("mail_template_failed", template=name, lang=lang, reason=reason) from error

    def _render(self, name: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        template = self._plain.get_template(f"{lang}/{name}.j2")
        values = _with_words(self._plain, lang, context)
        subject = one_line(_block(template, "subject", values))
        content = tidy(_block(template, "text", values))
        frame = self._plain.get_template(f"{lang}/_frame.j2")
        text = tidy(frame.render({**values, "content": content}))
        own = self._own_html(name, lang, context) if "html" in template.blocks else None
        return self._laid_out(lang, subject, text, context["base_url"], own)

    def note(self, lang: Lang, subject: str, text: str, base_url: str) -> Rendered:
        """A message in given words, about no case."""
        return self._laid_out(lang, one_line(subject), tidy(text), base_url, None)

    def _laid_out(self, lang: Lang, subject: str, text: str, base_url: str, own: str | None) -> Rendered:  # as written
        blocks = paragraphs(text, base_url)
        layout = self._html.get_template("_layout.html.j2")
        html = layout.render({"lang": lang, "subject": subject, "paragraphs": blocks, "own": own})
        return Rendered(subject, text, html)

    def _own_html(self, name: str, lang: Lang, context: Mapping[str, Any]) -> str:
        template = self._html.get_template(f"{lang}/{name}.j2")
        return _block(template, "html", _with_words(self._html, lang, context))

    def findings(self, wanted: Iterable[str] = ()) -> list[Finding]:
        """What is wrong with the templates, tried out with samples; `wanted` names must exist in every language."""
        return [
            finding
            for lang in LANGUAGES
            for name in sorted({*self.names("de"), *self.names("en"), *wanted})
            for finding in self._tried(name, lang)
        ]

    def _tried(self, name: str, lang: Lang) -> Iterable[Finding]:
        file = f"{lang}/{name}.j2"
        try:
            blocks = self._plain.get_template(file).blocks
        except TemplateNotFound:
            known = ", ".join(sorted(self.names(lang)))
            return [Finding(code="mail_template_unknown", file=file, key=name, params=_params(name, lang, known=known))]
        except TemplateError as error:
            params = _params(name, lang, reason=_reason(error))
            line = getattr(error, "lineno", None)
            return [Finding(code="mail_template_failed", file=file, key=name, params=params, line=line)]
        missing = [block for block in ("subject", "text") if block not in blocks]
        if missing:
            return [Finding(code="mail_template_block", file=file, key=b, params={"block": b}) for b in missing]
        return self._rendered_samples(name, lang, file)

    def _rendered_samples(self, name: str, lang: Lang, file: str) -> Iterable[Finding]:
        for sample in samples(lang):
            try:
                self.render(name, lang, sample)
            except Temporary as failure:
                return [Finding(code=failure.code, file=file, key=name, params=failure.params)]
        return []


def _environment(loader: ChoiceLoader, *, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    add_filters(environment)
    return environment


def _with_words(environment: Environment, lang: Lang, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with the phrases of the language, which see it too."""
    values = {**context, "lang": lang}
    return {**values, "words": environment.get_template(f"{lang}/_words.j2").make_module(values)}


def _block(template: Template, name: str, values: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(values))))


def _reason(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return brief(f"{type(error).__name__}: {error}" + (f" (line {line})" if line else ""))


def _params(name: str, lang: str, **more: str) -> dict[str, str]:
    return {"template": name, "lang": lang, **more}


def one_line(subject: str) -> str:
    """A subject without line breaks and control characters, which could begin a header of their own."""
    return textwrap.shorten(printable(subject), LONGEST_SUBJECT, placeholder=" …")


def printable(text: str) -> str:
    """`text` with everything that is no printable character as a blank."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def tidy(text: str) -> str:
    """Lines without trailing blanks, one empty line between paragraphs."""
    lines = (printable(line).rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
