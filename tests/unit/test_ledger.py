"""The hash of a log line is SHA-256 over RFC 8785 JSON, whoever computes it; personal data stay outside."""

from datetime import date
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from vorgang.states.ledger import Line, canonical, line_hash, private_digest, private_matches, recomputed

NAME = st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True)
HASH = st.binary(min_size=32, max_size=32).map(bytes.hex)
NUMBER = st.integers(-(2**53) + 1, 2**53 - 1)
#: What an event may take in: any text that can be stored, whole numbers, truth values, lists and records.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
    max_leaves=6,
)
DATA = st.dictionaries(NAME, VALUE, max_size=4)
#: What a step says of itself: deadlines, messages, children by their names in the lifecycle.
CHANGES = st.dictionaries(NAME, st.lists(st.lists(NAME | NUMBER, max_size=3), max_size=3), max_size=3)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    data, salt = draw(DATA), draw(HASH)
    actor, behalf, reason = draw(TEXT), draw(st.none() | TEXT), draw(st.none() | TEXT)
    line = Line(
        case_id=str(draw(st.uuids())),
        seq=draw(st.integers(1, 10**6)),
        at=draw(st.datetimes().map(lambda at: f"{at.isoformat(timespec='microseconds')}Z")),
        event=draw(NAME),
        source=draw(st.none() | NAME),
        target=draw(NAME),
        role=draw(NAME),
        actor_kind=draw(st.sampled_from(["person", "service", "timer", "engine"])),
        actor=actor,
        on_behalf_of=behalf,
        reason=reason,
        data=data,
        salt=salt,
        changes=draw(CHANGES),
        private_digest=private_digest(salt, actor, behalf, reason, canonical(data)),
        prev_hash=draw(HASH),
        hash="",
    )
    return line._replace(hash=line_hash(line, canonical(line.changes)))


@given(DATA)
def test_canonical_json_is_that_of_rfc_8785(data: dict[str, Any]) -> None:
    assert canonical(data).encode() == rfc8785.dumps(data)


@settings(max_examples=40)
@given(lines())
def test_a_line_is_hashed_over_the_rfc_8785_json_of_its_public_part(line: Line) -> None:
    public = {
        "actor_kind": line.actor_kind,
        "at": line.at,
        "case": line.case_id,
        "changes": dict(line.changes),
        "event": line.event,
        "from": line.source,
        "prev": line.prev_hash,
        "private": line.private_digest,
        "role": line.role,
        "seq": line.seq,
        "to": line.target,
    }
    assert line.hash == sha256(rfc8785.dumps(public)).hexdigest() == recomputed(line)


@settings(max_examples=25)
@given(lines(), lines())
def test_whatever_is_changed_changes_the_hash(line: Line, other: Line) -> None:
    for name in ("case_id", "seq", "at", "event", "source", "target", "role", "actor_kind", "changes", "prev_hash"):
        changed = line._replace(**{name: getattr(other, name)})
        assert (recomputed(changed) == line.hash) == (changed == line)


@settings(max_examples=40)
@given(lines())
def test_the_personal_part_is_committed_to(line: Line) -> None:
    assert private_matches(line)
    assert not private_matches(line._replace(actor=f"{line.actor}x"))
    assert not private_matches(line._replace(data={**(line.data or {}), "dazu": 1}))
    assert not private_matches(line._replace(reason=f"{line.reason}x"))


@settings(max_examples=40)
@given(lines())
def test_an_erased_personal_part_leaves_the_hash_as_it_was(line: Line) -> None:
    erased = line._replace(actor=None, on_behalf_of=None, reason=None, data=None, salt=None)
    assert private_matches(erased)
    assert recomputed(erased) == line.hash
    assert not private_matches(erased._replace(actor="jemand"))


def test_nothing_can_be_hashed_that_rfc_8785_does_not_know() -> None:
    with pytest.raises(TypeError, match="JSON"):
        canonical({"a": date(2024, 1, 22)})
