"""From the text of a mail to the lists of its HTML part."""

from vorgang.notifications.paragraphs import paragraphs
from vorgang.notifications.samples import samples
from vorgang.notifications.templates import Templates

BASE = "https://vorgang.example"


def test_an_indented_line_belongs_to_the_item_above() -> None:
    head, listed = paragraphs(
        f"Bis dahin:\n- Entwurf: bis Freitag\n  5 Tage verspätet\n- Mitzeichnung\n  {BASE}/x", BASE
    )
    assert (head["kind"], listed["kind"]) == ("head", "dashes")
    assert listed["items"] == [
        [[("Entwurf: bis Freitag", False)], [("5 Tage verspätet", False)]],
        [[("Mitzeichnung", False)], [(f"{BASE}/x", True)]],
    ]


def test_what_only_looks_like_a_list_stays_text() -> None:
    (block,) = paragraphs("- eins\nzwei", BASE)
    assert block["kind"] == "text"


def test_a_plan_with_a_late_step_is_a_list_in_html_too() -> None:
    late, _, _ = samples("de")
    html = Templates().render("rueckwaertsplan", "de", late).html
    assert "<br" in html[html.index("Mitzeichnung für die Sitzung") : html.index("5 Arbeitstage verspätet")]
    assert "- Mitzeichnung" not in html
