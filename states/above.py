"""To which case one belongs that finds its place by fields of its own, and what is around it there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..config.errors import NotFoundError, Reason, Refusal, RefusedError
from .decide import Stage
from .link_spec import ParentSpec
from .program import Program
from .step import Beside, Case, Command, Facts, Situation, Step
from .store import Transaction

#: The newest program of a lifecycle.
Programs = Callable[[str], Program]


def found_by(tx: Transaction, program: Program, case: Case, where: Mapping[str, Any]) -> Sequence[str]:
    """The open cases of a lifecycle whose fields, in columns of their typed record or with an index, say this.

    Without `where` those below.
    """
    if where and not program.finds_by_record(where):
        return [one.id for one in tx.cases_saying(program.lifecycle.id, case.body, where) if not one.closed]
    return _found(tx, program, case.body, where) if where else tx.open_children(case.id, program.lifecycle.id)


def _found(tx: Transaction, program: Program, body: str, where: Mapping[str, Any]) -> Sequence[str]:
    columns = {program.columns[name]: value for name, value in where.items()}
    return tx.with_record(program.record_table or "", body, columns)


def case_above(tx: Transaction, programs: Programs, body: str, place: tuple[ParentSpec, Facts]) -> Case | None:
    """The case to which one of `body` with these facts belongs; None: there is none, or not where it has its place."""
    spec, facts = place
    found: Sequence[str] = ()
    if spec.where:
        values = {theirs: facts.get(ours) for theirs, ours in spec.where.items()}
        found = _found(tx, programs(spec.lifecycle or ""), body, values)
        if not found:
            return None
    return _of_body(tx, body, facts.get(spec.named) if spec.named is not None else found[0])


def _of_body(tx: Transaction, body: str, case_id: Any) -> Case | None:
    situation = tx.load(str(case_id)) if case_id else None
    return situation.case if situation is not None and situation.case.body == body else None


def beside_of(tx: Transaction, case: Case) -> Beside | None:
    """What is above a new case and beside it; None: nothing is above it."""
    above = tx.load(case.parent_id) if case.parent_id is not None else None
    if above is None:
        return None
    members = tuple(tx.members(above.case.id, case.child or ""))
    return Beside(above.case.facts, members, above.case, origin_of(tx.load, case, above.case))


def origin_of(load: Callable[[str], Situation | None], case: Case, above: Case) -> Case:
    """The nearest case above `case` that is of another kind; `above` is its parent."""
    while above.lifecycle == case.lifecycle and above.parent_id is not None:
        following = load(above.parent_id)
        if following is None:
            raise NotFoundError("case_unknown", case=above.parent_id)
        above = following.case
    return above


def belonging(seed: Case, parent: Case) -> Case:
    """The case as a part of `parent`, about the same paper, and as public."""
    return seed._replace(parent_id=parent.id, child=seed.lifecycle, paper_id=parent.paper_id, public=parent.public)


class Places:
    """Puts cases where their facts say that they belong, inside one transaction."""

    def __init__(self, tx: Transaction, programs: Programs) -> None:
        self._tx = tx
        self._programs = programs

    def placed(self, stage: Stage, seed: Case, command: Command) -> Case:
        """The new case below the one where its input says it belongs; what is there does not change meanwhile.

        Raises:
            RefusedError: there is no such case.
        """
        spec = stage.program.lifecycle.parent
        data = stage.program.events[command.event].validate(command.data, stage.town) if spec else ()
        if spec is None or isinstance(data, tuple):
            if seed.parent_id is not None and command.event in stage.program.beside:
                self._tx.lock(seed.parent_id)
            return seed
        above = self._held(seed.body, (spec, data))
        if above is None:
            raise RefusedError(self._nowhere((command.event, "–"), seed.body, (spec, data)))
        return belonging(seed, above)

    def moved(self, stage: Stage, step: Step) -> Step | Refusal:
        """The step, and where it takes the case."""
        spec = stage.program.lifecycle.parent
        if spec is None or not _is_elsewhere(spec, step):
            return step
        above = self._held(step.case.body, (spec, step.facts))
        if above is None:
            return self._nowhere((step.event, step.case.state), step.case.body, (spec, step.facts))
        return step if above.id == step.case.parent_id else step._replace(parent_id=above.id)

    def _held(self, body: str, place: tuple[ParentSpec, Facts]) -> Case | None:
        """The case above, which nobody else changes any more; found again, for somebody may just have changed it."""
        above = case_above(self._tx, self._programs, body, place)
        while above is not None:
            self._tx.lock(above.id)
            found = case_above(self._tx, self._programs, body, place)
            if found is None or found.id == above.id:
                return found
            above = found
        return None

    def _nowhere(self, asked: tuple[str, str], body: str, place: tuple[ParentSpec, Facts]) -> Refusal:
        """Why a case of `body` cannot be where its facts say; `asked`: the event, and the state of the case."""
        spec, facts = place
        named = facts.get(spec.named) if spec.named is not None else None
        if spec.where and (spec.named is None or _of_body(self._tx, body, named) is not None):
            where = ", ".join(str(facts.get(ours)) for ours in spec.where.values())
            reason = Reason("parent_missing", {"lifecycle": spec.lifecycle or "–", "where": where})
        else:
            reason = Reason("parent_missing", {"lifecycle": "–", "where": str(named)})
        return Refusal("guards_fail", {"event": asked[0], "state": asked[1]}, (reason,))


def _is_elsewhere(spec: ParentSpec, step: Step) -> bool:
    """Whether a step changes the facts by which the case has found its place."""
    before, after = step.case.facts, step.facts
    return any(before.get(ours) != after.get(ours) for ours in spec.where.values())
