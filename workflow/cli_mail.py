"""``vorgang mail``: the message templates of an installation, and mails as they would go out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..config.errors import InvalidInputError
from ..config.text import LANGS, Lang
from .cli_call import Call, command
from .cli_out import apart
from .cli_reader import case_worked_on
from .cli_root import group
from .wording import counted

if TYPE_CHECKING:
    from ..notifications.mail import Letter, Mail
    from .console import Screen
    from .mail_usage import Use

mail = group("mail")

#: Uses that fit into a table; --json has them all.
_FEW = 3


@command(mail, "templates")
def list_templates(call: Call) -> None:
    """The message templates, where each comes from and what uses it."""
    from ..notifications.templates import Templates  # noqa: PLC0415  # loads the template library
    from ..notifications.writer import SHIPPED  # noqa: PLC0415  # as above

    templates, used = Templates(call.settings.templates), _uses(call)
    names = sorted({name for lang in LANGS for name in templates.names(lang)})
    files = {name: {lang: templates.file(name, lang) for lang in LANGS} for name in names}

    def source(name: str) -> str:
        own = [str(file) for file in files[name].values() if file and SHIPPED not in file.parents]
        return ", ".join(own) or call.say("shipped")

    def show(screen: "Screen") -> None:
        rows = ([name, _languages(files[name]), source(name), _few(call, used.get(name, []))] for name in names)
        screen.rows(("template", "languages", "source", "used_by"), rows)

    found = [
        {
            "name": name,
            "files": files[name],
            "own": any(file and SHIPPED not in file.parents for file in files[name].values()),
            "used_by": [use.place for use in used.get(name, [])],
        }
        for name in names
    ]
    call.tell({"templates": found}, show)


def _languages(files: "dict[Lang, Path | None]") -> str:
    return ", ".join(lang for lang, file in files.items() if file)


def _few(call: Call, found: "list[Use]") -> str:
    """Events and deadlines by name, ladders and plans counted: each of a few dozen rule sets has them."""
    places = list(dict.fromkeys(use.place for use in found if use.by in {"event", "deadline"}))
    if len(places) > _FEW:
        places[_FEW:] = [call.say("uses_more", count=len(places) - _FEW)]
    for by in ("ladder", "plan"):
        several = {use.place: use.file for use in found if use.by == by}
        if several:
            sets = counted(len(set(several.values())), "rule_sets", call.lang)
            places.append(call.say("uses_in", what=counted(len(several), f"uses_{by}", call.lang), rules=sets))
    return "; ".join(places)


def _uses(call: Call) -> "dict[str, list[Use]]":
    from ..config.rule_files import load_rules  # noqa: PLC0415  # not before it is needed
    from ..states.loader import load_folders  # noqa: PLC0415  # as above
    from .mail_usage import uses  # noqa: PLC0415  # as above

    return uses(load_folders(*call.settings.lifecycles).values(), load_rules(call.settings.rules))


@command(mail, "preview")
def preview(
    call: Call,
    template: Annotated[str, typer.Argument(metavar="TEMPLATE")],
    *,
    case: Annotated[str | None, typer.Option("--case", metavar="REF")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="PARTY")] = None,
    written_to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|FOLDER")] = None,
) -> None:
    """A mail as it would go out; nothing is stored or sent."""
    from ..notifications.mail import build  # noqa: PLC0415  # loads the template library

    if to is not None and case is None:
        raise InvalidInputError("cli_preview_to")
    letter = _letter_of_case(call, case, template, to) if case is not None else _sample(call, template)
    written = build(letter)
    files = _write(written_to, letter, written) if written_to is not None else []
    file = _templates(call).file(template, letter.recipient.lang)

    def show(screen: "Screen") -> None:
        _show(screen, call, letter, file)
        for path in files:
            screen.say("written", path=path)

    call.tell({**_document(letter), "template_file": file, "written": files}, show)


def _templates(call: Call) -> Any:
    from ..notifications.templates import Templates  # noqa: PLC0415  # as above

    return Templates(call.settings.templates)


def _sample(call: Call, template: str) -> "Letter":
    from ..notifications.composer import Style  # noqa: PLC0415  # as above
    from ..notifications.drafting import Drafts  # noqa: PLC0415  # as above
    from ..notifications.preview import require_template, sample_letter  # noqa: PLC0415  # as above

    call.refuse("body", "person")
    templates, drafts = _templates(call), Drafts(call.settings.templates)
    require_template(templates, template, call.lang)
    used = _uses(call).get(template, [])
    attach = next((use.attach for use in used if use.attach), None)
    style = Style(call.settings.base_url, templates, drafts, call.settings.sender, call.lang)
    late = bool(used) and all(use.late for use in used)
    return sample_letter(style, template, lang=call.lang, attach=attach, late=late)


def _letter_of_case(call: Call, reference: str, template: str, to: str | None) -> "Letter":
    from ..notifications.preview import Wanted, message_of_case, require_template  # noqa: PLC0415  # as above
    from .office import Office  # noqa: PLC0415  # as above

    lang = call.lang if "lang" in call.typed else None
    require_template(_templates(call), template, lang or call.settings.lang)
    with call.workflow() as workflow:
        case = workflow.case(case_worked_on(call, workflow, reference)).case
        lifecycle = workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
        scene = lifecycle, workflow.directory.town(case.body)
        with workflow.database.reading() as connection:
            message = message_of_case(connection, case, scene, Wanted(template, to, workflow.clock.now()))
        return Office(workflow, call.settings).composer.preview(message, lang)


def _document(letter: "Letter") -> dict[str, object]:
    return {
        "template": letter.template,
        "lang": letter.recipient.lang,
        "from": {"name": letter.sender.name, "address": letter.sender.address},
        "to": {"key": letter.recipient.key, "name": letter.recipient.name, "address": letter.recipient.address},
        "reply_to": letter.sender.reply_to,
        **letter.words._asdict(),
        "attachments": [
            {"name": file.name, "media_type": file.media_type, "bytes": len(file.content)}
            for file in letter.attachments
        ],
    }


def _show(screen: "Screen", call: Call, letter: "Letter", file: Path | None) -> None:
    files = [f"{one.name} ({one.media_type})" for one in letter.attachments]
    screen.pairs(
        (call.say(f"col_{name}"), value)
        for name, value in (
            ("template", file),
            ("from", f"{letter.sender.name} <{letter.sender.address}>"),
            ("recipient", f"{letter.recipient.name} <{letter.recipient.address}>"),
            ("reply_to", letter.sender.reply_to),
            ("subject", letter.words.subject),
            ("attachments", files or None),
        )
    )
    screen.line()
    for line in letter.words.text.splitlines():
        screen.line(line)


def _write(target: Path, letter: "Letter", mail: "Mail") -> list[Path]:
    """The mail as one file (.eml or .html), or with all its parts in a folder."""
    contents = {".eml": mail.content, ".html": letter.words.html.encode()}
    if target.suffix in contents:
        target.write_bytes(contents[target.suffix])
        return [target]
    if target.suffix and not target.is_dir():
        raise InvalidInputError("cli_preview_out", path=str(target))
    target.mkdir(parents=True, exist_ok=True)
    stem = f"{letter.template}-{letter.recipient.lang}"
    files = {f"{stem}{suffix}": content for suffix, content in contents.items()}
    files |= {f"{stem}-{name}": file.content for name, file in apart(letter.attachments)}
    for name, content in files.items():
        (target / name).write_bytes(content)
    return [target / name for name in files]
