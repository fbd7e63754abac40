"""The files that a demo leaves so that people can open them: every draft, the signed answers, their Verfügungen."""

from collections.abc import Iterator
from pathlib import Path

from ..notifications.drafting import Attachment
from ..notifications.papers.press import Wish
from ..notifications.papers.printing import Papers
from .cli_out import apart
from .demo import Stage
from .demo_folder import DemoFolder
from .drafts import draft_content, draft_versions
from .papers import papers_of, render_paper
from .workflow import Workflow

#: What is printed of each case with a draft.
_KINDS = ("stellungnahme", "verfuegung")


def leave_papers(stage: Stage, folder: DemoFolder) -> tuple[Path, ...]:
    """Write drafts and papers of the scenario's cases into the folder; where they are, in the order of the cases."""
    papers = papers_of(stage.office.settings)
    folder.papers.mkdir(exist_ok=True)
    found = [file for case_id in stage.replay.cases.values() for file in _files(stage.workflow, case_id, papers)]
    return tuple(_written(folder.papers / name, file.content) for name, file in apart(found))


def _files(workflow: Workflow, case_id: str, papers: Papers) -> Iterator[Attachment]:
    versions = draft_versions(workflow, case_id)
    for version in versions:
        yield Attachment(Path(version.name).name, version.media_type, draft_content(workflow, case_id, version))
    if versions and versions[-1].fields:
        for kind in _KINDS:
            yield render_paper(workflow, case_id, Wish(kind), papers).file


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
