"""What somebody may find: the one visibility predicate, asked of many cases at once."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from ..states.blackening import Blackout
from ..states.publicity import publicity_of, sees_all
from ..states.search_files import ATTACHED, OF_WORK, WITH_PAPER, kind_of
from ..states.search_queries import Document
from ..states.visibility import (
    ATTACHMENTS,
    EMBARGO,
    Publicity,
    Reader,
    blackout_for,
    may_show_answer,
    may_show_attachment,
    may_show_content,
    may_show_everything,
    may_show_resolution,
    visible_attachments,
)
from .workflow import Workflow

#: Which of these cases may be shown, by their ids.
MayShow: TypeAlias = Callable[[Sequence[str]], set[str]]
_Rule: TypeAlias = Callable[[Publicity, Reader], bool]


class Sight(NamedTuple):
    """What a reader may find: of these cases those that may be shown, their answer, the work on them, the decision."""

    may_show: MayShow
    may_show_answer: MayShow
    may_show_work: MayShow
    may_show_resolution: MayShow
    #: Whether a document may be shown that belongs to its case like an attachment.
    may_show_attached: Callable[[Document], bool] = lambda _document: True
    #: What takes out of the texts of a case, asked for before, what is private and not theirs to read.
    blackout: Callable[[str], Blackout | None] = lambda _case_id: None
    #: Whether this is somebody who may not know of all there is.
    is_reader: bool = False
    #: The municipality of which they may find everything; whether they may find what is not for everybody at all.
    all_of: str | None = None
    concerned: bool = False

    def shows(self, document: Document, *, answer: bool, work: bool) -> bool:
        """Whether a document may be shown, of a case whose answer and the work on which may be shown or not."""
        if work:
            return True
        kind, _ = kind_of(document.key)
        if kind == ATTACHED:
            return self.may_show_attached(document)
        if kind:
            if self.blackout(document.case_id) is not None:
                return False  # a file cannot be blacked out
            return {WITH_PAPER: True, OF_WORK: False}.get(kind, answer)
        return answer and document.public and self.may_show_attached(document)


def everything() -> Sight:
    """Of whoever keeps the database: all there is."""
    return Sight(set, set, set, set)


def sight_of(workflow: Workflow, connection: Connection, reader: Reader) -> Sight:
    """What `reader` may find, on the snapshot of `connection`."""
    known: dict[str, Publicity] = {}

    def asking(rule: _Rule) -> MayShow:
        def may(case_ids: Sequence[str]) -> set[str]:
            fresh = [one for one in case_ids if one not in known]
            if fresh:
                known.update(publicity_of(connection, fresh, workflow.lifecycle, workflow.directory.town))
            return {one for one in case_ids if one in known and rule(known[one], reader)}

        return may

    def may_show_attached(document: Document) -> bool:
        """As things are now: what has been withheld a moment ago is not found any more."""
        publicity, (kind, digest) = known.get(document.case_id), kind_of(document.key)
        if publicity is None:
            return False
        if kind:
            shown = visible_attachments(publicity, publicity.facts[0].get(ATTACHMENTS), reader)
            return digest in {one["datei"]["sha256"] for one in shown if "datei" in one}
        return may_show_attachment(publicity, {EMBARGO: document.locked_until}, reader)

    def blackout(case_id: str) -> Blackout | None:
        return blackout_for(known[case_id], reader) if case_id in known else None

    body = reader.body
    all_of = body if body is not None and sees_all(workflow.directory.town(body), reader) else None
    return Sight(
        asking(may_show_content),
        asking(may_show_answer),
        asking(may_show_everything),
        asking(may_show_resolution),
        may_show_attached,
        blackout,
        is_reader=True,
        all_of=all_of,
        concerned=bool(reader.parties),
    )
