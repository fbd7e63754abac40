"""``vorgang signatures``: who was to sign, who has, and under which version of the draft."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .cli_call import Call, command
from .cli_reader import Public, case_meant, reader_in
from .cli_root import app
from .wording import say

if TYPE_CHECKING:
    from .chain import ChainStep, SignatureChain, Signed
    from .console import Screen


@command(app, "signatures")
def signatures(call: Call, reference: Annotated[str, typer.Argument(metavar="REF")], *, public: Public = False) -> None:
    """The chain of signatures of a case."""
    from .chain import signature_chain  # noqa: PLC0415  # loads the engine

    with call.workflow() as workflow:
        reader = reader_in(call, workflow, public=public)
        chain = signature_chain(workflow, case_meant(call, workflow, reference, reader, everything=True))
        zone = workflow.directory.town(chain.body).zone

        def page(screen: "Screen") -> None:
            show_chain(screen, chain, zone)

        call.tell(chain_document(chain), page)


def chain_document(chain: "SignatureChain") -> dict[str, Any]:
    """The chain as JSON has it."""
    return {
        **chain._asdict(),
        "complete": chain.complete,
        "same": [one._asdict() for one in chain.same],
        "steps": [_step(step) for step in chain.steps],
        "final": [one._asdict() for one in chain.final],
    }


def _step(step: "ChainStep") -> dict[str, Any]:
    signed, below = [one._asdict() for one in step.signatures], [_step(one) for one in step.below]
    return {**step._asdict(), "signatures": signed, "below": below}


def show_chain(screen: "Screen", chain: "SignatureChain", zone: Any) -> None:
    """The chain as a table, own offices below those that have asked them."""
    if chain.draft_sha256:
        screen.say("signatures_draft", name=chain.draft_name, sha=chain.draft_sha256[:12], by=chain.drafted_by or "–")
    for one in chain.same:
        screen.say("signatures_same", sha=one.sha256[:12], reason=one.reason or "–")
    rows = [row for step in chain.steps for row in _rows(screen, step, zone, "")]
    rows += [["", *_signed(screen, one, zone, "")] for one in chain.final]
    screen.rows(("stage", "signer", "state", "due", "at", "draft", "remark"), rows)


def _rows(screen: "Screen", step: "ChainStep", zone: Any, indent: str) -> Iterator[list[object]]:
    standing = say(f"standing_{step.standing}", screen.lang)
    yield ["" if indent else step.stage, indent + step.office_name, standing, step.due_on, "", "", step.reason or ""]
    for one in step.signatures:
        yield ["", *_signed(screen, one, zone, indent + "· ")]
    for below in step.below:
        yield from _rows(screen, below, zone, indent + "› ")


def _signed(screen: "Screen", one: "Signed", zone: Any, indent: str) -> list[object]:
    from .paper_chain import result_words  # noqa: PLC0415  # loads the engine

    result = result_words(one.result, screen.lang)
    signer = f"{one.signer_name} ({' '.join(filter(None, (one.form, one.on_behalf_name)))})"
    shown = signer if one.form else one.signer_name
    return [indent + shown, result, "", one.at.astimezone(zone), one.draft_sha256[:12], one.remark or ""]
