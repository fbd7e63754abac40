"""What the database knows of the rows of a file: new, taken over before, or in the way."""

from collections.abc import Iterator

from ..states import history_runs
from ..states.history import Past
from ..states.history_runs import Run
from .workflow import Workflow

#: What a row is: new, or taken over before just like this; of a case whose data were removed, whatever it says.
FRESH, KNOWN = "fresh", "known"


class Known:
    """What the database knows of the rows of a file."""

    def __init__(self, workflow: Workflow, run: Run, *, whole: bool) -> None:
        self._database, self._body = workflow.database, run.body
        with self._database.reading() as connection:
            # Of a file that came in with bad rows set aside, one of those may have become a good one meanwhile.
            self._reached = history_runs.reached(connection, run) if whole else 0
            self._has_papers = history_runs.has_papers(connection, run.body)
            self._has_keys = history_runs.has_keys(connection)

    def of(self, pasts: list[Past]) -> list[str]:
        """Of each: `FRESH`, `KNOWN`, or the code of what stands in the way."""
        if not (self._has_papers or self._has_keys):
            return [FRESH] * len(pasts)
        asked = [past for past in pasts if past.row > self._reached]
        if not asked:
            return [KNOWN] * len(pasts)
        numbers = [number.removeprefix("#") for past in asked for number in numbers_of(past)]
        with self._database.reading() as connection:
            digests = history_runs.digests(connection, [past.key for past in asked])
            taken = history_runs.taken_numbers(connection, self._body, numbers)
        return [self._standing(past, digests.get(past.key), taken) for past in pasts]

    def _standing(self, past: Past, digest: str | None, taken: set[str]) -> str:
        if past.row <= self._reached or digest in {past.digest, history_runs.REMOVED}:
            return KNOWN
        if digest is not None:
            return "history_different"
        return "history_taken" if any(number.removeprefix("#") in taken for number in numbers_of(past)) else FRESH


def numbers_of(past: Past) -> Iterator[str]:
    """The canonical numbers of its paper and of its answer, each once."""
    found = (past.record.get(name) for name in ("canonical", "answer_canonical"))
    return iter(dict.fromkeys(f"#{number}" for number in found if number))
