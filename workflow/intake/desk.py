"""Where documents are taken in: what each would do is shown first, then done.

A document opens a case, or belongs to one that there is: the paper with its number, or the paper that it answers. The
same content is never taken in twice, whoever does it at the same time.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection
from sqlmodel import Session

from ...config.errors import ConflictError, NotFoundError, Reason, Refusal, RefusedError
from ...states import queries
from ...states.documents import KnownDocument, find_alike, find_document, put_document
from ...states.files import StoredFile, keep_file
from ...states.ids import new_id
from ...states.lifecycle import AUTOMATIC, Field, Lifecycle
from ...states.numbers import canonical_number
from ...states.publicity import publicity_of
from ...states.step import Actor
from ...states.visibility import PUBLIC, may_show_everything
from ..joined import Joined
from ..workflow import Workflow
from .openness import Openness, is_unsettled, openness_beside
from .proposal import Around, Gap, Proposal, propose
from .taking import Taking
from .understood import Understood

if TYPE_CHECKING:  # what is not looked for need not be loaded
    from ..similar import Earlier

#: What a document is to its case: it ``opened`` it, has the ``same`` number, the same words as the one that opened it
#: (``alike``), is a ``reply`` to it; ``known``: it was taken in before.
Relation: TypeAlias = Literal["opened", "same", "alike", "reply", "known"]

#: The kind of paper that answers another.
REPLY = "stellungnahme"
#: What a document of a kind opens where no lifecycle of its own can be opened by a document.
_INSTEAD = {
    **dict.fromkeys(("aenderungsantrag", "ergaenzungsantrag", "alternativantrag"), "antrag"),
    "einwohnerfrage": "anfrage",
}


def _stands_alone(lifecycle: Lifecycle) -> bool:
    """Whether a document alone can open it: no letter says to which session a question belongs."""
    return lifecycle.parent is None and set(lifecycle.opening.by) != {AUTOMATIC}


class Wish(NamedTuple):
    """What the person who takes it in says besides."""

    #: The day on which it came in; None: today.
    received: date | None = None
    #: Fields of the opening event, as `Workflow.open_case` takes them; they win over the document.
    data: Mapping[str, Any] = {}
    #: The lifecycle to open; None: that of the document's kind.
    lifecycle: str | None = None
    #: A paper that does not say whether it is public is.
    public: bool = False
    #: It opens a case although one with the same words has.
    again: bool = False


class Plan(NamedTuple):
    """What taking a document in would do."""

    relation: Relation
    #: The case that there is, and its number.
    case_id: str | None = None
    number: str | None = None
    #: The case to open.
    proposal: Proposal | None = None
    #: The document as it was taken in before.
    before: KnownDocument | None = None
    #: The case that it follows up, and its number.
    parent: tuple[str, str | None] | None = None
    #: How public the case is or will be; None: of a document that was taken in before.
    openness: Openness | None = None


class Taken(NamedTuple):
    """What was done."""

    relation: Relation
    case_id: str


class Desk:
    """Takes documents in for one municipality and one person."""

    def __init__(self, workflow: Workflow, body: str, actor: Actor) -> None:
        self.workflow = workflow
        self.body = body
        self._town = workflow.directory.town(body)
        self._actor = actor

    def fields(self, taking: Taking, lifecycle: str | None = None) -> tuple[Field, ...]:
        """What the opening event of the case would ask for; nothing, if the document opens none."""
        meant = self._lifecycle(taking.said, lifecycle)
        return meant.opening.ask if meant else ()

    def plan(self, taking: Taking, wish: Wish) -> Plan:
        """What taking it in would do; nothing is changed.

        Raises:
            RefusedError: it can neither open a case nor be put to one; the refusal says why.
            NotFoundError: there is no such lifecycle.
        """
        with self.workflow.database.reading() as connection:
            return self._plan(connection, taking, wish)

    def earlier(self, taking: Taking, limit: int = 3) -> "list[Earlier]":
        """Earlier papers that ask much the same, with their answers, as far as the person may see them."""
        from ..similar import Inquiry, similar  # noqa: PLC0415  # loads the search

        said = taking.said
        reader = self.workflow.reader(self.body, self._actor.key)
        inquiry = Inquiry(said.subject or "", said.questions)
        return similar(self.workflow, inquiry, self.body, reader=reader, limit=limit)

    def require_complete(self, plan: Plan) -> None:
        """A case can be opened only if nothing that it must know is left open, and is never public by silence.

        Raises:
            RefusedError: it names every field.
        """
        if plan.proposal is None:
            return
        reasons = tuple(map(_reason, plan.proposal.gaps))
        if is_unsettled(self.workflow.library.newest[plan.proposal.lifecycle], plan.proposal.openness):
            reasons += (Reason("taking_publicity_unheld", {"field": PUBLIC}),)
        if reasons:
            raise RefusedError(Refusal("taking_incomplete", {"lifecycle": plan.proposal.lifecycle}, reasons))

    def take(self, taking: Taking, wish: Wish) -> Taken:
        """Take it in: the case, the original and the note that it was read, all of them or nothing.

        Raises:
            RefusedError: as in `plan`, or a field of the opening event is missing or wrong.
        """

        def work(session: Session, joined: Joined) -> Taken:
            connection = session.connection()
            plan = self._plan(connection, taking, wish)
            if plan.relation == "known":
                return Taken("known", plan.case_id or "")
            self._keep(connection, taking)
            self.require_complete(plan)
            case_id = plan.case_id or self._opened(joined, plan.proposal)
            put_document(connection, self._document(taking, case_id, plan.relation, wish))
            return Taken(plan.relation, case_id)

        try:
            return self.workflow.together(work)
        except ConflictError:  # somebody has taken it in since we looked, or another copy of it
            if self.plan(taking, wish).relation not in {"known", "alike"}:
                raise
            return self.workflow.together(work)

    def _plan(self, connection: Connection, taking: Taking, wish: Wish) -> Plan:
        before = find_document(connection, self._town.key, taking.pages.sha256)
        if before is not None and self._is_theirs(connection, before.case_id):
            return Plan("known", before.case_id, self._number(connection, before.case_id), before=before)
        said = taking.said
        own, parent = self._case_of(connection, said.number), self._case_of(connection, said.parent_number)
        lifecycle = self._lifecycle(said, wish.lifecycle)
        if said.kind == REPLY and (parent or own) and wish.lifecycle is None:
            return self._to_case(connection, "reply", parent or own or "", said)
        if own is not None:
            return self._to_case(connection, "same", own, said)
        alike = None if wish.again else find_alike(connection, self._town.key, taking.text_sha256)
        if alike is not None and self._is_theirs(connection, alike.case_id):
            return self._to_case(connection, "alike", alike.case_id, said)._replace(before=alike)
        if lifecycle is None:
            raise RefusedError(Refusal("taking_no_lifecycle", self._kinds(said)))
        received = wish.received or self.workflow.today(self._town.key)
        file = _file(taking).value()
        around = Around(self._town, received, file, parent_case=parent, public_unsaid=wish.public)
        proposal = propose(lifecycle, said, around, wish.data)
        number = proposal.data.get("nummer", said.number)
        linked = (parent, self._number(connection, parent)) if parent else None
        return Plan("opened", number=number, proposal=proposal, parent=linked, openness=proposal.openness)

    @staticmethod
    def _to_case(connection: Connection, relation: Relation, case_id: str, said: Understood) -> Plan:
        case = queries.case_summary(connection, case_id)
        return Plan(relation, case_id, case.number, openness=openness_beside(said, public=case.public))

    def _number(self, connection: Connection, case_id: str) -> str | None:
        return queries.case_summary(connection, case_id).number

    def _case_of(self, connection: Connection, number: str | None) -> str | None:
        """The case of the paper with that number; of several (a paper and its follow-up lifecycles) the oldest."""
        found = queries.find_case_ids(connection, number, self._town.key) if number else []
        return min((one for one in found if self._is_theirs(connection, one)), default=None)

    def _is_theirs(self, connection: Connection, case_id: str) -> bool:
        """Whether the person may see the work on a case; of others they are told nothing, as if there were none."""
        if self._actor.kind != "person":
            return True
        reader = self.workflow.reader(self._town.key, self._actor.key)
        known = publicity_of(connection, [case_id], self.workflow.lifecycle, self.workflow.directory.town)
        return case_id in known and may_show_everything(known[case_id], reader)

    def _lifecycle(self, said: Understood, wanted: str | None) -> Lifecycle | None:
        """What the document would open; a lifecycle that only the engine opens cannot be."""
        newest = self.workflow.library.newest
        if wanted is not None:
            if wanted not in newest:
                raise NotFoundError("lifecycle_unknown", lifecycle=wanted, known=", ".join(newest))
            return newest[wanted]
        kind = said.kind or ""
        fitting = (newest.get(one) for one in (kind, _INSTEAD.get(kind, "")))
        return next((one for one in fitting if one is not None and _stands_alone(one)), None)

    def _kinds(self, said: Understood) -> dict[str, object]:
        openable = (one.id for one in self.workflow.library.newest.values() if set(one.opening.by) != {AUTOMATIC})
        known, number = ", ".join(sorted(openable)), said.parent_number if said.kind == REPLY else said.number
        return {"kind": said.paper_type or said.kind or "–", "known": known, "number": number or "–"}

    def _keep(self, connection: Connection, taking: Taking) -> None:
        file = _file(taking)
        now = self.workflow.clock.now()
        keep_file(connection, self._town.key, (file.name, file.media_type, taking.content), now)

    def _opened(self, joined: Joined, proposal: Proposal | None) -> str:
        if proposal is None:
            raise LookupError(self.body)
        fired = joined.open_case(proposal.lifecycle, body=self._town.key, actor=self._actor, data=proposal.data)
        return fired.case.id

    def _document(self, taking: Taking, case_id: str, relation: Relation, wish: Wish) -> KnownDocument:
        now = self.workflow.clock.now()
        said = taking.said
        return KnownDocument(
            id=new_id(now),
            body=self._town.key,
            sha256=taking.pages.sha256,
            name=taking.pages.name,
            case_id=case_id,
            relation="same" if relation == "alike" else relation,
            kind=said.kind,
            canonical=canonical_number(said.number) if said.number else None,
            taken_at=now,
            taken_by=self._actor.key,
            text_sha256=None if wish.again else taking.text_sha256,
        )


def _file(taking: Taking) -> StoredFile:
    return StoredFile(taking.pages.name, taking.pages.media_type, taking.pages.sha256, len(taking.content))


def _reason(gap: Gap) -> Reason:
    params = {"field": gap.field.name, "label": gap.field.label}
    if gap.given is None:
        return Reason("taking_field_open", params)
    return Reason("taking_party_unknown", {**params, "given": gap.given, "near": ", ".join(gap.near) or "–"})
