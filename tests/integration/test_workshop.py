"""A template that never ends or wants all memory: what happens to its messages, and to those of others."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.helpers.council import Council
from tests.helpers.smtp import smtp_server
from vorgang.notifications import workshop
from vorgang.notifications.composer import Composer
from vorgang.notifications.context import Scene
from vorgang.notifications.delivery import Desk, PostOffice
from vorgang.notifications.drafting import Drafts
from vorgang.notifications.failures import Temporary
from vorgang.notifications.kinds import load_kinds
from vorgang.notifications.mail import Mail
from vorgang.notifications.samples import samples
from vorgang.notifications.smtp import SmtpMailer
from vorgang.notifications.templates import Templates
from vorgang.notifications.workshop import FAILURES, WORKSHOP, Workshop
from vorgang.states.database import Database

FULL, *_ = samples("de")
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
BOMBS = [
    "{{ 'a' * 10 ** 10 }}",
    "{{ 'a' | center(10 ** 10) }}",
    "{{ 'a\nb' | indent(10 ** 10) }}",
    "{{ 'a'.ljust(10 ** 10) }}",
    "{{ '%10000000000d' % 1 }}",
    "{{ '{:>10000000000}'.format(1) }}",
    "{% set x = namespace(t='aaaa') %}{% for _ in range(60) %}{% set x.t = x.t ~ x.t %}{% endfor %}",
    "{% set x = namespace(t=[1]) %}{% for _ in range(60) %}{% set x.t = x.t + x.t %}{% endfor %}",
]
LOOPS = [
    ENDLESS,
    "{{ 10 ** (10 ** 10) }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(200) }}",
    "{% include 'de/a.j2' %}{% include 'de/a.j2' %}",
]


@pytest.fixture(autouse=True)
def short() -> Iterator[None]:
    """Half a second of CPU is enough for what is good."""
    WORKSHOP.cpu_seconds = 0.5
    yield
    WORKSHOP.cpu_seconds = workshop.CPU_SECONDS


def written(folder: Path, text: str, name: str = "auftrag") -> Templates:
    (folder / "de").mkdir(exist_ok=True)
    (folder / "de" / "a.j2").write_text("{% include 'de/a.j2' ignore missing %}{% include 'de/a.j2' %}", "utf-8")
    block = f"{{% block subject %}}S{{% endblock %}}{{% block text %}}{text}{{% endblock %}}"
    (folder / "de" / f"{name}.j2").write_text(block, "utf-8")
    return Templates([folder])


def failure(templates: Templates, name: str = "auftrag") -> Temporary:
    with pytest.raises(Temporary) as caught:
        templates.render(name, "de", FULL)
    return caught.value


@pytest.mark.parametrize("text", BOMBS)
def test_a_template_that_wants_all_memory_fails_alone(tmp_path: Path, text: str) -> None:
    templates = written(tmp_path, text)
    assert failure(templates).code in {"mail_template_memory", "mail_template_failed", "mail_template_time"}
    assert "Erinnerung" in templates.render("erinnerung", "de", FULL).subject


@pytest.mark.parametrize("text", LOOPS)
def test_a_template_without_an_end_is_stopped(tmp_path: Path, text: str) -> None:
    templates = written(tmp_path, text)
    failed = failure(templates)
    assert failed.code in {"mail_template_time", "mail_template_failed"}
    assert "de/auftrag" in str(failed) or "RecursionError" in str(failed)
    assert "Erinnerung" in templates.render("erinnerung", "de", FULL).subject


def test_the_failure_says_what_happened_and_what_to_look_for(tmp_path: Path) -> None:
    assert str(failure(written(tmp_path, ENDLESS))).startswith(
        "[mail_template_time] Die Vorlage „de/auftrag“ wurde nach 0.5 Sekunden abgebrochen"
    )
    memory = failure(written(tmp_path, BOMBS[0]))
    assert memory.code == "mail_template_memory"
    assert "Arbeitsspeicher" in memory.text()


def test_a_message_of_millions_of_characters_is_none(tmp_path: Path) -> None:
    assert failure(written(tmp_path, "{{ 'ab ' * 700000 }}")).code == "mail_template_size"


def test_a_template_that_keeps_failing_rests_and_the_others_flow(tmp_path: Path) -> None:
    templates = written(tmp_path, ENDLESS)
    for _ in range(FAILURES):
        failure(templates)
    WORKSHOP.close()
    assert failure(templates).code == "mail_template_time"
    assert WORKSHOP.process is None  # it was not even tried
    assert "Erinnerung" in templates.render("erinnerung", "de", FULL).subject


def test_after_its_rest_a_mended_template_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "REST_SECONDS", 0.0)
    for _ in range(FAILURES):
        failure(written(tmp_path, ENDLESS))
    assert "Wieder gut" in written(tmp_path, "wieder gut").render("auftrag", "de", FULL).text


def test_before_it_is_used_a_bad_template_is_found_with_its_file(tmp_path: Path) -> None:
    found = written(tmp_path, ENDLESS).findings()
    (finding,) = [one for one in found if one.file == str(tmp_path / "de" / "auftrag.j2")]
    assert finding.code == "mail_template_time"


def test_what_kills_the_process_kills_no_other_message(tmp_path: Path) -> None:
    templates = written(tmp_path, "gut")
    templates.render("auftrag", "de", FULL)
    process = WORKSHOP.process
    assert process is not None
    process.kill()
    process.wait()
    assert "Gut" in templates.render("auftrag", "de", FULL).text


def test_a_process_that_was_stopped_is_waited_for_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = written(tmp_path, "gut")
    templates.render("auftrag", "de", FULL)
    monkeypatch.setattr(WORKSHOP, "wall_seconds", 0.2)
    assert WORKSHOP.process is not None
    WORKSHOP.process.send_signal(signal.SIGSTOP)
    assert failure(templates).code == "mail_template_time"
    monkeypatch.undo()
    assert "Gut" in templates.render("auftrag", "de", FULL).text


def test_it_knows_nothing_of_the_passwords_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VORGANG_SMTP_PASSWORD", "geheim-im-umfeld")
    WORKSHOP.close()
    written(tmp_path, "gut").render("auftrag", "de", FULL)
    process = WORKSHOP.process
    assert process is not None
    environment = Path(f"/proc/{process.pid}/environ")
    if not environment.exists():
        pytest.skip("this system does not show the environment of a process")
    assert b"geheim-im-umfeld" not in environment.read_bytes()


def test_many_threads_are_served_one_after_the_other(tmp_path: Path) -> None:
    templates, subjects = written(tmp_path, "gut"), []

    def ask(number: int) -> None:
        case = {**FULL["case"], "title": f"Nummer {number}"}
        subjects.append((number, templates.render("erinnerung", "de", {**FULL, "case": case}).subject))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(subjects) == 20
    assert all(subject.endswith(f"Nummer {number}") for number, subject in subjects)


def test_the_child_of_a_fork_has_a_process_of_its_own() -> None:
    shop = Workshop()
    job: dict[str, Any] = {"folders": [], "lang": "de", "subject": "S", "text": "T", "base_url": "https://x.example"}
    shop.do("note", "note", **job)
    of_the_parent = shop.process
    shop.forget()
    assert shop.do("note", "note", **job)[0] == "S"
    shop.close()
    assert of_the_parent is not None
    assert of_the_parent.poll() is None
    of_the_parent.communicate()


def test_shipped_templates_need_no_process() -> None:
    WORKSHOP.close()
    Templates().render("auftrag", "de", FULL)
    Drafts().fill("stellungnahme", FULL)
    assert WORKSHOP.process is None


@pytest.mark.parametrize(("text", "code"), [(ENDLESS, "mail_template_time"), (BOMBS[0], "mail_template_memory")])
def test_a_word_template_is_stopped_too(tmp_path: Path, text: str, code: str) -> None:
    WORKSHOP.cpu_seconds = 3  # reading Word files takes some libraries
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(tmp_path / "stellungnahme.docx"))
    drafts = Drafts([tmp_path])
    with pytest.raises(Temporary) as caught:
        drafts.fill("stellungnahme", FULL)
    assert caught.value.code == code
    assert caught.value.params["template"] == "stellungnahme.docx"
    (finding,) = drafts.findings()
    assert (finding.code, finding.file) == (code, str(tmp_path / "stellungnahme.docx"))


def test_while_a_slow_template_is_filled_in_other_mails_go_out(database: Database) -> None:
    arrived, waited = threading.Event(), []
    first = iter([True])

    class Slow(Composer):
        """Works on its first mail until another one has arrived."""

        writes_elsewhere = True

        def compose(self, scene: Scene) -> Mail:
            mail = super().compose(scene)
            if next(first, False):
                waited.append(arrived.wait(30))
            return mail

    council = Council(database)
    council.ask()
    council.ask()
    composer = Slow(council.sources, council.composer().style)
    with smtp_server() as post:

        def taken(*_: object) -> None:
            arrived.set()

        post.handler.answer = taken
        desk = Desk.of(council.sources, composer, load_kinds(), council.policy)
        assert PostOffice(desk, SmtpMailer(post.server), council.clock).drain().sent == 2
    assert waited == [True]
