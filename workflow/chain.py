"""The chain of co-signatures and the final signature of a case, as planned and as done: what the Verfügung shows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from ..states import queries
from ..states.chains import Standing, stands_of, valid_versions
from ..states.child_spec import ChildSpec
from ..states.lifecycle import Lifecycle
from ..states.queries import CaseSummary
from ..states.signed import SignatureLine, signatures_of
from ..states.step import Situation
from .chain_logged import BEFORE, logged
from .drafts import DraftVersion, draft_versions

if TYPE_CHECKING:
    from .workflow import Workflow


class Signed(NamedTuple):
    """One signature: who, for whom, when, with which result, and under which version of the draft."""

    signer: str
    signer_name: str
    #: The person whom the signer represents.
    on_behalf_of: str | None
    on_behalf_name: str | None
    #: "i. V." of a deputy, "i. A." of a delegate, else empty.
    form: str
    #: As which they signed.
    role: str
    #: Word of the lifecycle: ``mitgezeichnet``, ``nicht_betroffen``, ``schweigen_gilt``, ``unterzeichnet`` …
    result: str
    remark: str | None
    at: datetime
    #: The line of the log that tells of it.
    seq: int
    draft_sha256: str
    #: Number of that version; None: it is not among those that were filed.
    version: int | None
    #: Whether it holds for the draft as it is now.
    valid: bool
    #: The day by which it was wanted.
    due_on: date | None
    #: The how manieth asking of the same step it answers.
    asked: int


class ChainStep(NamedTuple):
    """One step: the office, how it stands, by when it is (or was) due, and every signature it has given."""

    office: str
    office_name: str
    #: ``mitzeichnung`` or ``gesehen``.
    kind: str
    stage: int
    standing: Standing
    #: Why it was skipped.
    reason: str | None
    #: The case of the newest asking; None: nobody has been asked.
    case_id: str | None
    #: How often it has been asked.
    asked: int
    due_on: date | None
    signatures: tuple[Signed, ...]
    #: Own offices that this one has asked first.
    below: tuple["ChainStep", ...] = ()


class Version(NamedTuple):
    """A version of the draft that the present one differs from only trivially, and why."""

    sha256: str
    number: int | None
    reason: str | None


class SignatureChain(NamedTuple):
    """Everything about the signatures of one case."""

    case_id: str
    body: str
    number: str | None
    subject: str | None
    #: Name and SHA-256 of the present draft, and who has drafted it.
    draft_name: str | None
    draft_sha256: str | None
    draft_number: int | None
    drafted_by: str | None
    #: Earlier versions whose co-signatures stay valid.
    same: tuple[Version, ...]
    steps: tuple[ChainStep, ...]
    #: Signatures of the case itself: the final one.
    final: tuple[Signed, ...]

    @property
    def complete(self) -> bool:
        """Whether no co-signature that counts is missing for the present draft."""
        return all(step.standing in {"done", "skipped"} for step in self.steps if step.kind != "gesehen")


def signature_chain(workflow: "Workflow", case_id: str) -> SignatureChain:
    """The chain of a case, as planned and as done.

    Raises:
        NotFoundError: there is no such case.
    """
    return _Reader(workflow, case_id).chain()


class _Reader:
    """Reads one chain."""

    def __init__(self, workflow: "Workflow", case_id: str) -> None:
        self._workflow = workflow
        self._case = workflow.case(case_id).case
        self._names: Mapping[str, str] = workflow.directory.town(self._case.body).names
        self._below: dict[str, list[CaseSummary]] = {}
        self._signed: dict[str, list[SignatureLine]] = {}
        self._due: dict[str, date] = {}
        self._asked: dict[str, int] = {}
        self._by_order: set[str] = set()
        self._filed: Sequence[DraftVersion] = draft_versions(workflow, case_id)
        self._read(case_id)

    def chain(self) -> SignatureChain:
        lifecycle = self._lifecycle(self._case)
        facts, spec = self._situation(self._case).known, _chain_spec(lifecycle)
        bound_to, author = _draft_and_author(lifecycle, spec)
        draft = facts.get(bound_to) or {}
        valid = valid_versions(spec.chain, facts) if spec and spec.chain else [draft.get("sha256")]
        same = facts.get(spec.chain.same or "") or () if spec and spec.chain else ()
        return SignatureChain(
            case_id=self._case.id,
            body=self._case.body,
            number=self._case.number,
            subject=self._case.subject,
            draft_name=draft.get("name"),
            draft_sha256=draft.get("sha256"),
            draft_number=self._number(draft.get("sha256")),
            drafted_by=self._named(facts.get(author)),
            same=tuple(Version(one["sha256"], self._number(one["sha256"]), one.get("grund")) for one in same),
            steps=self._steps(self._case, valid),
            final=self._signatures([self._case.id], valid),
        )

    def _lifecycle(self, case: CaseSummary) -> Lifecycle:
        return self._workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle

    def _situation(self, case: CaseSummary) -> Situation:
        return self._workflow.database.look(lambda tx: self._workflow.engine.within(tx).situation(case.id))

    def _read(self, case_id: str) -> None:
        """The case, those below it, and their signatures; deep chains are short."""
        with self._workflow.database.reading() as connection:
            waiting, cases = [case_id], {case_id: self._case}
            for one in waiting:
                lifecycle = self._lifecycle(cases[one])
                about, _ = _draft_and_author(lifecycle, _chain_spec(lifecycle))
                items = {name: spec.item for name, spec in lifecycle.children.items()}
                found = [child for child in queries.children(connection, one) if about in child.facts]
                self._below[one] = [child for child in found if items.get(child.child or "") in child.facts]
                waiting += [child.id for child in self._below[one]]
                cases |= {child.id: child for child in self._below[one]}
            for line in signatures_of(connection, waiting):
                self._signed.setdefault(line.case_id, []).append(line)
            for one, clocks in queries.deadlines_of(connection, waiting).items():
                self._due[one] = min(clock.due_on for clock in clocks)
            for case in cases.values():
                if told := logged(connection, case, self._lifecycle(case)):
                    self._signed[case.id] = [told]
                if signature := self._lifecycle(case).signature:
                    self._by_order |= signature.by_order.keys()

    def _steps(self, case: CaseSummary, valid: Sequence[object]) -> tuple[ChainStep, ...]:
        """The steps below a case: those of its plan, or (a lifecycle without one) those who were asked."""
        spec = _chain_spec(self._lifecycle(case))
        if not self._below[case.id] and case is not self._case:
            return ()
        return self._planned(case, spec, valid) if spec else self._listed(case, valid)

    def _planned(self, case: CaseSummary, spec: ChildSpec, valid: Sequence[object]) -> tuple[ChainStep, ...]:
        found = []
        situation = self._situation(case)
        children = {child.id: child for child in self._below[case.id]}
        for item, how, member in stands_of(spec, situation.known, situation.members):
            mine = [one for one in children.values() if one.child == spec.name and one.facts.get(spec.item) == item.key]
            last = children.get(member.id) if member else None
            self._asked |= {one.id: number for number, one in enumerate(mine, 1)}
            step = ChainStep(
                office=item.key,
                office_name=self._named(item.key) or item.key,
                kind="mitzeichnung" if item.blocks else "gesehen",
                stage=item.stage,
                standing=how,
                reason=item.skipped or (self._reason(last) if last else None),
                case_id=last.id if last else None,
                asked=len(mine),
                due_on=self._due.get(last.id) if last else None,
                signatures=self._signatures([one.id for one in mine], valid),
                below=self._steps(last, valid) if last else (),
            )
            found.append(step)
        return tuple(sorted(found, key=lambda one: one.stage))

    def _listed(self, above: CaseSummary, valid: Sequence[object]) -> tuple[ChainStep, ...]:
        return tuple(
            ChainStep(
                office=(office := self._office(above, child)),
                office_name=self._named(office) or office,
                kind="mitzeichnung",
                stage=1,
                standing=_standing(child, self._outcome(child)),
                reason=self._reason(child),
                case_id=child.id,
                asked=1,
                due_on=self._due.get(child.id),
                signatures=self._signatures([child.id], valid),
                below=self._steps(child, valid),
            )
            for child in self._below[above.id]
        )

    def _office(self, above: CaseSummary, child: CaseSummary) -> str:
        return str(child.facts[self._lifecycle(above).children[child.child or ""].item])

    def _outcome(self, child: CaseSummary) -> str:
        return self._lifecycle(child).states[child.state].outcome

    def _reason(self, child: CaseSummary) -> str | None:
        """Why it was skipped; a refusal says why in its signature."""
        return child.facts.get("grund") if self._outcome(child) == "waive" else None

    def _signatures(self, cases: Sequence[str], valid: Sequence[object]) -> tuple[Signed, ...]:
        lines = sorted((line for one in cases for line in self._signed.get(one, ())), key=lambda line: line.at)
        return tuple(self._one(line, valid) for line in lines)

    def _one(self, line: SignatureLine, valid: Sequence[object]) -> Signed:
        form = "i. A." if line.role in self._by_order else "i. V." if line.on_behalf_of else ""
        return Signed(
            signer=line.signer,
            signer_name=self._named(line.signer) or line.signer,
            on_behalf_of=line.on_behalf_of,
            on_behalf_name=self._named(line.on_behalf_of),
            form=form,
            role=line.role,
            result=line.result,
            remark=line.remark,
            at=line.at,
            seq=line.seq,
            draft_sha256=line.draft_sha256,
            version=self._number(line.draft_sha256, line.at),
            due_on=self._due.get(line.case_id),
            asked=self._asked.get(line.case_id, 1),
            valid=line.draft_sha256 in valid,
        )

    def _number(self, sha256: str | None, at: datetime | None = None) -> int | None:
        """The number of the version with that content that was the newest (at that time)."""
        known = (one.number for one in reversed(self._filed) if one.sha256 == sha256 and (at is None or one.at <= at))
        return next(known, None)

    def _named(self, key: str | None) -> str | None:
        return self._names.get(key, key) if key else None


def _chain_spec(lifecycle: Lifecycle) -> ChildSpec | None:
    return next((child for child in lifecycle.children.values() if child.chain), None)


def _draft_and_author(lifecycle: Lifecycle, spec: ChildSpec | None) -> tuple[str, str]:
    """The facts with the draft and its author; of a lifecycle from before there were signatures, as then."""
    if lifecycle.signature is not None:
        return lifecycle.signature.draft, lifecycle.signature.author[0]
    return (spec.chain.bound_to if spec and spec.chain else BEFORE[0]), BEFORE[1]


def _standing(child: CaseSummary, outcome: str) -> Standing:
    if child.closed_at is None:
        return "open"
    ways: dict[str, Standing] = {"agree": "done", "refuse": "refused", "waive": "skipped"}
    return ways.get(outcome, "withdrawn")
