"""Messages written from their templates: Jinja in its sandbox, in this process.

A template is one file per message and language with the blocks ``subject``, ``text`` and, if wanted, ``html`` and
``calendar`` (names of deadlines whose day goes with the mail as a calendar entry). ``text`` holds what is particular;
salutation, link and closing come from ``_frame.j2`` of the language, recurring phrases from ``_words.j2``. Where a
template has no ``html``, the HTML part is made from the text. Templates run in a sandbox and see plain values only;
what is not there is an error, not a gap.

The sandbox keeps a template from reaching out, not from running for ever or filling the memory: `workshop` does.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..config.errors import Finding
from ..config.text import Lang
from .failures import Temporary, brief
from .paragraphs import paragraphs
from .plain import one_line, tidy, tidy_letter
from .samples import RUNG, samples, samples_of_rungs
from .styling import inlined
from .wording import add_filters

SHIPPED = Path(__file__).parent / "templates"
#: Characters of a part of a message; whatever is longer was not meant as one.
LONGEST = 2_000_000


class Rendered(NamedTuple):
    """A message in words."""

    subject: str
    text: str
    html: str
    #: Names of the deadlines that go with it as entries for a calendar.
    calendar: tuple[str, ...] = ()


class Writer:
    """The message templates of an installation, compiled once; the municipality's `folders` win, the last one first."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = (*reversed(folders), SHIPPED)
        self._plain, self._html = (_environment(self._folders, folders, autoescape=each) for each in (False, True))

    def names(self, lang: Lang = "de") -> frozenset[str]:
        """The names that a lifecycle or a ladder may give."""
        found = (path.stem for folder in self._folders for path in (folder / lang).glob("*.j2"))
        return frozenset(name for name in found if not name.startswith("_"))

    def file(self, name: str, lang: Lang) -> Path | None:
        """Where the template stands; None: nowhere."""
        files = (folder / lang / f"{name}.j2" for folder in self._folders)
        return next((file for file in files if file.is_file()), None)

    def render(self, name: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        """The message `name` in `lang`.

        Raises:
            Temporary: there is no such template, or it cannot be filled in; a corrected file mends it.
        """
        file = f"{lang}/{name}.j2"
        try:
            words = self._render(file, lang, context)
        except Temporary:
            raise
        except Exception as error:  # whatever an author's template does, it must not take other messages with it
            if isinstance(error, TemplateNotFound) and error.name == file:
                known = ", ".join(sorted(self.names(lang)))
                raise Temporary("mail_template_unknown", template=name, lang=lang, known=known) from error
            raise _failure(error, name, lang) from error
        _require_length(words.html, f"{lang}/{name}")
        return words

    def _render(self, file: str, lang: Lang, context: Mapping[str, Any]) -> Rendered:
        template = self._plain.get_template(file)
        values = _with_words(self._plain, lang, context)
        subject = one_line(_block(template, "subject", values))
        content = tidy(_block(template, "text", values))
        frame = self._plain.get_template(f"{lang}/_frame.j2")
        text = tidy_letter(frame.render({**values, "content": content}))
        _require_length(text, file)
        own = self._own_html(file, lang, context) if "html" in template.blocks else None
        days = _block(template, "calendar", values).split() if "calendar" in template.blocks else ()
        return self._laid_out(lang, subject, text, context["base_url"], own)._replace(calendar=tuple(days))

    def note(self, lang: Lang, subject: str, text: str, base_url: str) -> Rendered:
        """A message in given words, about no case. Errors as in `render`."""
        try:
            return self._laid_out(lang, one_line(subject), tidy(text), base_url, None)
        except Exception as error:  # the layout may be a file of the municipality
            raise _failure(error, "_layout", lang) from error

    def _laid_out(self, lang: Lang, subject: str, text: str, base_url: str, own: str | None) -> Rendered:  # as written
        blocks = paragraphs(text, base_url)
        layout = self._html.get_template("_layout.html.j2")
        html = layout.render({"lang": lang, "subject": subject, "paragraphs": blocks, "own": own})
        return Rendered(subject, text, inlined(html))

    def _own_html(self, file: str, lang: Lang, context: Mapping[str, Any]) -> str:
        return _block(self._html.get_template(file), "html", _with_words(self._html, lang, context))

    def examine(self, name: str, lang: Lang, *, rung: bool = False) -> list[Finding]:
        """What is wrong with a template, tried out with samples; as a `rung`, its subject must tell the number."""
        place = str(self.file(name, lang) or f"{lang}/{name}.j2")
        try:
            found = list(self._tried(name, lang, rung=rung))
        except Temporary as failure:
            line = failure.params.get("line")
            known = {key: value for key, value in failure.params.items() if key != "line"}
            at = line if isinstance(line, int) else None
            return [Finding(code=failure.code, file=place, key=name, params=known, line=at)]
        known = {"file": f"{lang}/{name}.j2"}
        return [Finding(code=code, file=place, key=key, params={"block": key, **known}) for code, key in found]

    def _tried(self, name: str, lang: Lang, *, rung: bool) -> Iterable[tuple[str, str]]:
        """Code and block of what is missing."""
        missing = self._missing_blocks(name, lang)
        if missing:
            return [("mail_template_block", block) for block in missing]
        words = [(sample, self.render(name, lang, sample)) for sample in samples(lang)]
        for part in ("text", "html"):
            if any(sample["link"] not in getattr(each, part) for sample, each in words):
                return [("mail_template_link", part)]
        subjects = [self.render(name, lang, sample).subject for sample in samples_of_rungs(lang)] if rung else []
        return [("mail_template_rung", "subject")] if not all(map(_tells_rung, subjects)) else []

    def _missing_blocks(self, name: str, lang: Lang) -> list[str]:
        try:
            blocks = self._plain.get_template(f"{lang}/{name}.j2").blocks
        except Exception:  # `render` says what it is
            return []
        return [block for block in ("subject", "text") if block not in blocks]


def _require_length(text: str, template: str) -> None:
    if len(text) > LONGEST:
        raise Temporary("mail_template_size", template=template.removesuffix(".j2"), most=LONGEST)


def _tells_rung(subject: str) -> bool:
    return re.search(rf"(?<!\d){RUNG}(?!\d)", subject) is not None


class _Folders(BaseLoader):
    """Files out of several folders, the first of which wins; one that is added, changed or removed counts at once."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self._path(template)
        written = path.stat().st_mtime_ns

        def is_current() -> bool:
            return self._path(template) == path and path.stat().st_mtime_ns == written

        return path.read_text("utf-8"), str(path), is_current

    def _path(self, template: str) -> Path:
        parts = split_template_path(template)
        for folder in self._folders:
            if (path := folder.joinpath(*parts)).is_file():
                return path
        raise TemplateNotFound(template)


def _environment(every: Sequence[Path], own: Sequence[Path], *, autoescape: bool) -> Environment:
    """For templates of the municipality (in folders of its `own`), or for the shipped ones alone, part of the product.

    Templates of others run in the sandbox and count as soon as their files change; for ours both would cost a third of
    the time of writing a mail.
    """
    kind = ImmutableSandboxedEnvironment if own else Environment
    environment = kind(
        loader=_Folders(every),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=bool(own),
    )
    add_filters(environment, own)
    return environment


def _with_words(environment: Environment, lang: Lang, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with the phrases of the language, which see it too."""
    values = {**context, "lang": lang}
    return {**values, "words": environment.get_template(f"{lang}/_words.j2").make_module(values)}


def _block(template: Template, name: str, values: Mapping[str, Any]) -> str:
    if name not in template.blocks:
        raise Temporary("mail_template_block", file=template.filename, block=name)
    return "".join(template.blocks[name](template.new_context(dict(values))))


def _failure(error: Exception, name: str, lang: Lang) -> Temporary:
    """What an author can use: file and line of the template, and what Jinja said."""
    if isinstance(error, MemoryError):
        return Temporary("mail_template_memory", template=f"{lang}/{name}")
    file, line = _place(error)
    place = {"template": name, "lang": lang, "where": f"{file}:{line}" if file and line else f"{lang}/{name}.j2"}
    if isinstance(error, TemplateNotFound):
        return Temporary("mail_template_included", **place, line=line, name=brief(str(error.name)))
    if isinstance(error, TemplateSyntaxError):
        return Temporary("mail_template_syntax", **place, line=line, detail=brief(str(error)))
    if isinstance(error, UndefinedError) and (unknown := _UNKNOWN.search(str(error))):
        return Temporary("mail_template_name", **place, line=line, name=brief(unknown[1] or unknown[2]))
    where = f"{place['where']}: " if file and line else ""
    reason = brief(f"{where}{type(error).__name__}: {error}")
    return Temporary("mail_template_failed", template=name, lang=lang, reason=reason, line=line)


#: How Jinja says that there is no variable, or that a value has no such part.
_UNKNOWN = re.compile(r"^'(.+)' is undefined$|has no (?:attribute|element) '?([^']+)'?$")


def _place(error: Exception) -> tuple[str | None, int | None]:
    """File and line of a template: that which cannot be read, else the innermost one that was being carried out."""
    if isinstance(error, TemplateSyntaxError):
        return error.filename, error.lineno
    found: tuple[str | None, int | None] = (None, None)
    step = error.__traceback__
    while step is not None:
        known = step.tb_frame.f_globals
        template = known.get("__jinja_template__")
        if isinstance(template, Template):
            found = template.filename, template.get_corresponding_lineno(step.tb_lineno)
        elif "__jinja_exception__" in known:  # Jinja has put the place of the template there already
            found = known["__file__"], step.tb_lineno
        step = step.tb_next
    return found
