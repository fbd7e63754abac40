"""The chain of signatures as papers print it: a row for every signature, and for every step that still lacks one."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ..config.text import Lang
from ..notifications.papers.chain import ChainRow, FinalSignature, ShownVersion, Signing
from ..states.signatures import SILENCE
from .chain import ChainStep, SignatureChain, Signed, signature_chain
from .wording import say, words
from .workflow import Workflow

#: Papers are written in the language of the office.
_LANG: Lang = "de"
#: How a step stands that its last signature tells already.
_TOLD = frozenset({"done", "refused"})
#: What tells of its own version only, and claims nothing for another.
_WHATEVER = frozenset({"verweigert", "gesehen"})
_AWAITED = frozenset({"planned", "open", "again", "outdated"})


def signing_of(workflow: Workflow, case_id: str) -> Signing:
    """Everything that papers tell of the signatures of a case.

    Raises:
        NotFoundError: there is no such case.
    """
    chain = signature_chain(workflow, case_id)
    zone = workflow.directory.town(chain.body).zone
    rows = [row for step in chain.steps for row in _rows(step, zone, 0)]
    return Signing(tuple(rows), _final(chain), tuple(_versions(chain)))


def result_words(result: str, lang: Lang) -> str:
    """The result of a signature in words; one that a lifecycle of the town has named is its own word."""
    named = f"signed_{result}"
    return say(named, lang) if named in words()["say"] else result.replace("_", " ")


def _rows(step: ChainStep, zone: ZoneInfo, depth: int) -> Iterator[ChainRow]:
    stage = None if depth else step.stage
    planned = ChainRow(step.office_name, step.kind, step.due_on, depth=depth, stage=stage, asked=step.asked)
    for one in step.signatures:
        yield _signed(planned, one, zone)
    if step.standing not in _TOLD or not step.signatures:
        standing = say(f"standing_{step.standing}", _LANG)
        yield planned._replace(result=standing, remark=step.reason, open=step.standing in _AWAITED)
    for below in step.below:
        yield from _rows(below, zone, depth + 1)


def _signed(planned: ChainRow, one: Signed, zone: ZoneInfo) -> ChainRow:
    return planned._replace(
        by=one.signer_name if one.signer and one.result != SILENCE else None,
        on_behalf_of=one.on_behalf_name,
        form=one.form,
        at=one.at.astimezone(zone),
        result=result_words(one.result, _LANG),
        remark=one.remark,
        version=_number(one.version),
        valid=one.valid or one.result in _WHATEVER,
        due=one.due_on,
        asked=one.asked,
    )


def _number(version: int | None) -> str | None:
    return str(version) if version else None


def _final(chain: SignatureChain) -> FinalSignature | None:
    """The newest signature under the very text that there is now."""
    last = next((one for one in reversed(chain.final) if one.draft_sha256 == (chain.draft_sha256 or "")), None)
    if last is None:
        return None
    who = last.signer, last.signer_name, last.on_behalf_name
    return FinalSignature(*who, last.form, last.at, last.role, last.seq, last.draft_sha256)


def _versions(chain: SignatureChain) -> Iterator[ShownVersion]:
    if chain.draft_sha256 is None:
        return
    number = _number(chain.draft_number)
    yield ShownVersion(number, chain.draft_sha256, chain.draft_name, chain.drafted_by)
    for one in chain.same:
        yield ShownVersion(_number(one.number), one.sha256, reason=one.reason)
