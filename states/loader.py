"""Reads lifecycles: TOML text, a file, or the shipped folder with the municipality's own folders over it.

A wrong file raises one `AuthorError` that names every mistake with its place; `survey_file` and `survey_folders` give
what could be read nevertheless, so that a check need not stop there. A file of a later folder replaces the one with the
same id below it, or lays itself over it with ``extends``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ..config.errors import AuthorError, Finding
from ..config.reader import Source, Table, raise_findings, read_file
from .lifecycle import Lifecycle
from .loader_fields import Fields
from .loader_links import check_links, check_parent, read_link, read_parent
from .loader_merge import BASES, merged
from .loader_parts import read_child, read_deadline, read_event, read_queue, read_signature, read_state, with_stages
from .loader_pinned import with_digest
from .loader_references import check_references
from .loader_tables import check_name, is_table, known, rows, sections

#: Finds the table that a file extends, already laid over its own base; None if there is none of this id.
BaseLookup: TypeAlias = Callable[[str], Mapping[str, object] | None]


class Survey(NamedTuple):
    """What is in some files: the sound lifecycles by id, and what is wrong with the others."""

    sound: Mapping[str, Lifecycle]
    #: Whole in form, but with names in them that mean nothing within the file.
    loose: tuple[Lifecycle, ...]
    findings: tuple[Finding, ...]


def load_text(text: str, *, source: str = "<text>", base_lookup: BaseLookup | None = None) -> Lifecycle:
    """The lifecycle that `text` describes; it may extend what `base_lookup` finds, without it a shipped one."""
    return _load_one(Source(file=source, text=text), base_lookup)


def load_file(path: Path, *, base_lookup: BaseLookup | None = None) -> Lifecycle:
    """The lifecycle in the file at `path`."""
    return _load_one(read_file(path), base_lookup)


def survey_file(path: Path) -> Survey:
    """The lifecycle in the file at `path`, or what is wrong with it."""
    try:
        lifecycle = load_file(path)
    except AuthorError as error:
        return Survey({}, _loose(error), error.findings)
    return Survey({lifecycle.id: lifecycle}, (), ())


def survey_folders(*folders: Path) -> Survey:
    """What `load_folders` loads, as far as it can be read.

    Raises:
        AuthorError: a folder does not exist.
    """
    return _survey([files(__package__), *folders])


def load_folder(folder: Path) -> Mapping[str, Lifecycle]:
    """The lifecycles of one folder by id; they may extend each other, not the shipped ones."""
    return _load_all([folder])


def load_folders(*folders: Path) -> Mapping[str, Lifecycle]:
    """The shipped lifecycles by id, and those of `folders` over them, each folder over those before it."""
    return _load_all([files(__package__), *folders]) if folders else dict(_shipped())


@cache
def _shipped() -> Mapping[str, Lifecycle]:
    """They do not change while a program runs."""
    return _load_all([files(__package__)])


def shipped_base(name: str) -> Mapping[str, object] | None:
    """The whole table of the shipped lifecycle `name`."""
    return _Shelf([files(__package__)]).find(name)


def with_lines(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of a check with the lines to which they point, as far as their files can be read again."""
    sources: dict[str, Source | None] = {}
    placed = []
    for finding in findings:
        if finding.file not in sources:
            sources[finding.file] = _source_again(Path(finding.file))
        source = sources[finding.file]
        if source and finding.line is None:
            source.find(finding.code, finding.key, **finding.params)
            placed.append(source.findings[-1])
        else:
            placed.append(finding)
    return tuple(placed)


def _source_again(path: Path) -> Source | None:
    try:
        return read_file(path) if path.is_file() else None
    except AuthorError:  # that it cannot be read is a finding of its own
        return None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A parsed file, not yet laid over what it extends."""

    id: str
    source: Source
    table: Mapping[str, object]
    #: Where the parts lie that it names; None: among the shipped ones.
    folder: Traversable | None = None


class _Shelf:
    """The files of several folders, one layer each, and what they are when laid over what they extend."""

    def __init__(self, folders: Sequence[Traversable]) -> None:
        self.findings: list[Finding] = []
        self.layers = [self._layer(folder) for folder in folders]

    def drafts(self) -> Mapping[str, _Draft]:
        """The topmost file of each id."""
        return {name: draft for layer in self.layers for name, draft in layer.items()}

    def find(self, name: str) -> Mapping[str, object] | None:
        """The whole table of the lifecycle `name`, if there is one."""
        return self._find(name, len(self.layers), ())

    def whole(self, name: str) -> Mapping[str, object]:
        """The whole table of the lifecycle `name`, which exists."""
        return self._whole(name, len(self.layers), ())

    def _find(self, name: str, below: int, seen: tuple[str, ...]) -> Mapping[str, object] | None:
        exists = any(name in layer for layer in self.layers[:below])
        return self._whole(name, below, seen) if exists else None

    def _whole(self, name: str, below: int, seen: tuple[str, ...]) -> Mapping[str, object]:
        level = max(number for number in range(below) if name in self.layers[number])
        draft = self.layers[level][name]
        if draft.source.file in seen:
            draft.source.find("lifecycle_extends_itself", "extends", name=name)
            raise_findings([draft.source])

        def base_lookup(base: str) -> Mapping[str, object] | None:
            # Who extends its own id means the file of the folder below; a shipped file means the shipped one, so that
            # a municipality which replaces it does not change others that it never wrote.
            below, met = level if base == name else level + 1, (*seen, draft.source.file)
            found = self._find(base, below, met)
            return found if found is not None or base == name else self._find(base, len(self.layers), met)

        return _whole_table(draft, base_lookup, self.drafts())

    def _layer(self, folder: Traversable) -> dict[str, _Draft]:
        layer: dict[str, _Draft] = {}
        for file in sorted((item for item in _entries(folder) if item.name.endswith(".toml")), key=lambda f: f.name):
            try:
                draft = _draft(read_file(file), folder)
                if draft.id in layer:
                    draft.source.find("lifecycle_id_twice", "id", name=draft.id, other=layer[draft.id].source.file)
                    raise_findings([draft.source])
                layer[draft.id] = draft
            except AuthorError as error:
                self.findings += error.findings
        return layer


def _entries(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        raise AuthorError([Finding(code="lifecycle_folder", file=str(folder), key="–")])
    return list(folder.iterdir())


def _load_one(source: Source, base_lookup: BaseLookup | None) -> Lifecycle:
    draft = _draft(source)
    return _build(source, _whole_table(draft, base_lookup or shipped_base, {}))


def _load_all(folders: Sequence[Traversable]) -> Mapping[str, Lifecycle]:
    survey = _survey(folders)
    if survey.findings:
        raise AuthorError(survey.findings)
    return survey.sound


def _survey(folders: Sequence[Traversable]) -> Survey:
    shelf = _Shelf(folders)
    sound: dict[str, Lifecycle] = {}
    loose: list[Lifecycle] = []
    findings = list(shelf.findings)
    for name, draft in shelf.drafts().items():
        try:
            sound[name] = _build(draft.source, shelf.whole(name))
        except AuthorError as error:
            loose += _loose(error)
            # A base is read once for itself and once for each who extends it.
            findings += [finding for finding in error.findings if finding not in findings]
    return Survey(sound, tuple(loose), tuple(findings))


class _LooseError(AuthorError):
    """Names within a file that mean nothing; the form is right, so there is a lifecycle to be looked at."""

    def __init__(self, findings: Sequence[Finding], lifecycle: Lifecycle) -> None:
        super().__init__(findings)
        self.lifecycle = lifecycle


def _loose(error: AuthorError) -> tuple[Lifecycle, ...]:
    return (error.lifecycle,) if isinstance(error, _LooseError) else ()


def _draft(source: Source, folder: Traversable | None = None) -> _Draft:
    table = source.parse()
    raise_findings([source])
    name = table.get("id")
    if not isinstance(name, str):
        source.find("lifecycle_id_missing", "id")
    else:
        check_name(source, "id", name)
    raise_findings([source])
    return _Draft(str(name), source, table, folder)


def _whole_table(draft: _Draft, base_lookup: BaseLookup, others: Mapping[str, object]) -> Mapping[str, object]:
    """The table of the file, laid over what it extends and the parts that it names."""
    if BASES.isdisjoint(draft.table):
        return draft.table
    source = Source(file=draft.source.file, text=draft.source.text)
    base: Mapping[str, object] = {}
    if "extends" in draft.table:
        name = draft.table["extends"]
        found = base_lookup(name) if isinstance(name, str) else None
        if found is None:
            known(source, "lifecycle_unknown_base", "extends", name=str(name), names=set(others) - {name})
        base = found or {}
    for part in _parts(draft, source):
        base = merged(part, base, source)
    table = merged(draft.table, base, source)
    raise_findings([source])
    return table


def _parts(draft: _Draft, source: Source) -> list[Mapping[str, object]]:
    """What several lifecycles have in common and none of them is by itself: files in the folder ``parts`` beside."""
    named = draft.table.get("parts", [])
    folders = [folder / "parts" for folder in (draft.folder, files(__package__)) if folder is not None]
    shelf = {file.name.removesuffix(".toml"): file for folder in reversed(folders) for file in _files_in(folder)}
    found = []
    for name in named if isinstance(named, list) else [named]:
        if known(source, "lifecycle_parts_unknown", "parts", name=str(name), names=shelf):
            part = read_file(shelf[str(name)])
            found.append(part.parse())
            raise_findings([part])
    return found


def _files_in(folder: Traversable) -> list[Traversable]:
    return [file for file in folder.iterdir() if file.name.endswith(".toml")] if folder.is_dir() else []


def _build(source: Source, table: Mapping[str, object]) -> Lifecycle:
    """The model out of the whole table, or every mistake in it, in the order of the file."""
    source = Source(file=source.file, text=source.text)
    lifecycle = _read(Table(source, table), source)
    formless = bool(source.findings)
    check_references(lifecycle, source)
    check_links(lifecycle, source)
    check_parent(lifecycle, source)
    source.findings.sort(key=lambda finding: finding.line or 0)
    if formless:
        raise_findings([source])
    if source.findings:
        raise _LooseError(source.findings, lifecycle)
    return with_digest(lifecycle)


def _read(table: Table, source: Source) -> Lifecycle:
    fields = Fields(sections(table, "field"), source)
    own = source.parse().get("field")
    version = table.integer("version")
    if version < 1 and "version" in table.data:
        table.find("lifecycle_version", "version")
    initial = table.string("initial")
    events = table.table("event")
    lifecycle = Lifecycle(
        id=table.string("id"),
        version=version,
        label=table.text("label"),
        record=table.optional("record"),
        initial=initial,
        states={name: read_state(name, state) for name, state in sections(table, "state").items()},
        events={name: read_event(name, ways, fields, initial) for name in events.data if (ways := _ways(events, name))},
        deadlines=with_stages({name: read_deadline(name, one) for name, one in sections(table, "deadline").items()}),
        children={name: read_child(name, child) for name, child in sections(table, "child").items()},
        links={name: read_link(name, link) for name, link in sections(table, "link").items()},
        signature=read_signature(table.table("signature")) if "signature" in table.data else None,
        parent=read_parent(table.table("parent")) if "parent" in table.data else None,
        queue=read_queue(table.table("queue")) if "queue" in table.data else None,
        source=source.file,
    )
    table.close()
    lifecycle = replace(lifecycle, unasked=fields.unasked(lifecycle.filled))
    # Only what this file itself declares: a field of the base may have lost its event here.
    fields.report_own(own if is_table(own) else {})
    return lifecycle


def _ways(events: Table, name: str) -> tuple[Table, ...]:
    check_name(events.source, events.at(name), name)
    return rows(events, name)
