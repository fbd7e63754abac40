"""How mails look in a browser engine, as in a mail program: nothing sticks out, the link is easy to hit."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from vorgang.config.text import LANGS
from vorgang.notifications.samples import samples
from vorgang.notifications.templates import NEUTRAL, Templates

pytestmark = pytest.mark.browser

SHIPPED = Templates()
#: Debian's; without a network it must not look for one.
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    found = chromium.new_page()
    yield found
    found.close()


@pytest.mark.parametrize("width", [320, 360, 700])
def test_no_shipped_mail_sticks_out_of_a_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    for name in (*sorted(SHIPPED.names()), NEUTRAL):
        for lang in LANGS:
            page.set_content(SHIPPED.render(name, lang, samples(lang)[2]).html)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, lang)
            button = page.locator(".button a").bounding_box()
            assert button is not None
            assert button["height"] >= 44, (name, lang)  # WCAG 2.5.5


def test_one_endless_word_breaks(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 600})
    sample = samples("de")[2]
    case = {**sample["case"], "subject": "Donaudampfschifffahrt" * 30}
    page.set_content(SHIPPED.render("auftrag", "de", {**sample, "case": case}).html)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_in_the_dark_text_is_light_on_dark(chromium: Browser) -> None:
    context = chromium.new_context(color_scheme="dark")
    page = context.new_page()
    page.set_content(SHIPPED.render("auftrag", "de", samples("de")[2]).html)
    text, ground = (page.locator(name).evaluate(f"e => getComputedStyle(e).{what}") for name, what in COLOURS)
    assert min(channels(text)) > 200
    assert max(channels(ground)) < 60
    context.close()


COLOURS = ((".content", "color"), (".sheet", "backgroundColor"))


def channels(colour: str) -> list[int]:
    """``rgb(1, 2, 3)`` as numbers."""
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
