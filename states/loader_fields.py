"""Reads the input fields of events: ``name = "type[*][?]"`` beside what ``[field.name]`` says about the name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from ..config.reader import Source, Table
from ..config.text import Text
from .lifecycle import Field, FieldType, Shown
from .loader_tables import check_name, is_table, known, names, optional_text

TYPES: tuple[str, ...] = get_args(FieldType)
SHOWN: tuple[str, ...] = get_args(Shown)
#: ``*`` makes a list, ``?`` makes it optional.
_SPEC = re.compile(r"\s*(any office|present party|[a-z]+)(\*?)(\??)\s*")
#: Of these none may be named that has ended.
_PRESENT = frozenset({"office", "present party"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    """What ``[field.name]`` says."""

    key: str
    label: Text | None = None
    choices: tuple[str, ...] = ()
    words: tuple[Text, ...] = ()
    parts: Mapping[str, object]
    column: str | None = None
    public: str | None = None


def humanised(name: str) -> Text:
    """The label of a name that has none: ``neuer_termin`` reads "Neuer termin"."""
    words = name.replace("_", " ")
    words = words[:1].upper() + words[1:]
    return Text(words, words)


class Fields:
    """All declared fields of a file, and the reading of those that events ask for."""

    def __init__(self, declared: Mapping[str, Table], source: Source) -> None:
        self._source = source
        self._declared = {name: _declared(table) for name, table in declared.items()}
        self._used: set[str] = set()

    def asked(self, ask: Table, *, part: bool = False) -> dict[str, Field]:
        """The fields that a table ``name = "type"`` asks for; what cannot be understood is reported and left out."""
        for name in ask.data:
            check_name(self._source, ask.at(name), name)
        read = {name: self._read(name, spec, ask.at(name), part=part) for name, spec in ask.data.items()}
        return {name: field for name, field in read.items() if field}

    def unasked(self, filled: Iterable[str]) -> dict[str, Field]:
        """Of the facts that effects fill those that are declared, and that no event asks for."""
        labels = {name: one.label for name in filled if name not in self._used and (one := self._declared.get(name))}
        self._used.update(labels)
        return {name: Field(name=name, type="text", label=label) for name, label in labels.items() if label}

    def report_own(self, own: Mapping[str, object]) -> None:
        """Report each of `own` that no event asks for and no effect fills, and words that belong to no choice."""
        for name, said in own.items():
            if (declared := self._declared.get(name)) is None:
                continue
            if name not in self._used:
                self._source.find("lifecycle_field_unused", declared.key, name=name)
            words = said.get("words") if is_table(said) else None
            for word in words if is_table(words) else ():
                key = f"{declared.key}.words.{word}"
                known(self._source, "lifecycle_unknown_choice", key, name=word, names=declared.choices)

    def _read(self, name: str, spec: object, key: str, *, part: bool) -> Field | None:
        match = _SPEC.fullmatch(spec) if isinstance(spec, str) else None
        if not match:
            self._source.find("lifecycle_field_form", key, name=name, value=spec)
            return None
        spelled, many, optional = match.groups()
        kind = spelled.split()[-1]
        self._used.add(name)
        declared = self._declared.get(name) or _Declared(key=key, parts={})
        if not self._fits(declared, kind, key, part=part):
            return None
        return Field(
            name=name,
            type=cast("FieldType", kind),
            label=declared.label or humanised(name),
            required=not optional,
            many=bool(many),
            choices=declared.choices if kind == "choice" else (),
            words=declared.words if kind == "choice" else (),
            parts=self._parts(declared) if kind == "record" else (),
            public=cast("Shown | None", declared.public),
            column=None if part else declared.column,
            present=spelled in _PRESENT,
        )

    def _fits(self, declared: _Declared, kind: str, key: str, *, part: bool) -> bool:
        """Does ``[field.name]`` say what the type needs?"""
        if not known(self._source, "lifecycle_unknown_type", key, name=kind, names=TYPES):
            return False
        if declared.public is not None and not known(
            self._source, "lifecycle_unknown_shown", f"{declared.key}.public", name=declared.public, names=SHOWN
        ):
            return False
        wrong = {
            "lifecycle_record_in_record": kind == "record" and part,
            "lifecycle_choices_missing": kind == "choice" and not declared.choices,
            "lifecycle_parts_missing": kind == "record" and not declared.parts,
        }
        codes = [code for code, holds in wrong.items() if holds]
        if codes:
            self._source.find(codes[0], key, name=key.rpartition(".")[2])
        return not codes

    def _parts(self, declared: _Declared) -> tuple[Field, ...]:
        return tuple(self.asked(Table(self._source, declared.parts, f"{declared.key}.parts"), part=True).values())


def _words(table: Table, choices: tuple[str, ...]) -> tuple[Text, ...]:
    """What each of the `choices` is called; one without words is called as it is. None have any: nothing."""
    words = table.table("words")
    return tuple(words.text(one, Text(one, one)) for one in choices) if words.data else ()


def _declared(table: Table) -> _Declared:
    choices = names(table, "choices")
    found = _Declared(
        key=table.path,
        label=optional_text(table, "label"),
        choices=choices,
        words=_words(table, choices),
        parts=table.table("parts").data,
        column=table.optional("column"),
        public=table.optional("public"),
    )
    table.close()
    return found
