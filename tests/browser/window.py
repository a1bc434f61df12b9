"""A window on the practice page, in the words of whoever sits before it."""

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE = 10_000  # milliseconds
expect.set_options(timeout=PATIENCE)


class Window:
    """`complaints` are errors of the page, `asked` all addresses it asked for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if self._is_wrong(said.text) else None)
        page.on("request", lambda request: self.asked.append(request.url))

    @staticmethod
    def _is_wrong(text: str) -> bool:
        """Whether a line of the console is a complaint; that a connection broke is told in the page."""
        return bool(re.search(r"Content Security Policy|Uncaught|violat", text))

    def open(self, user: str = "", place: str = "") -> None:
        self.page.goto(f"{self.url}#{user}/{place}")
        self.page.wait_for_selector("body.ready")

    def reload(self) -> None:
        self.page.reload()
        self.page.wait_for_selector("body.ready")

    # --- seeing

    @property
    def messages(self) -> Locator:
        return self.page.locator("#list article")

    @property
    def last(self) -> Locator:
        return self.messages.last

    @property
    def form(self) -> Locator:
        return self.page.locator("#modal")

    @property
    def panel(self) -> Locator:
        return self.page.locator("#panel")

    def message(self, text: str) -> Locator:
        """The newest message with this text."""
        return self.messages.filter(has_text=text).last

    def shows(self, text: str) -> None:
        expect(self.message(text)).to_be_visible()

    def overflow(self) -> list[str]:
        """What is wider than the window."""
        found: list[str] = self.page.evaluate(
            """() => {
              const shown = (node) => node.checkVisibility({ visibilityProperty: true });
              const wide = [...document.querySelectorAll("body *")].filter(shown).filter((node) => {
                const box = node.getBoundingClientRect();
                return box.width && box.right > innerWidth + 1 && box.left < innerWidth;
              }).map((node) => node.outerHTML.slice(0, 80));
              return document.scrollingElement.scrollWidth > innerWidth ? ["the page", ...wide] : wide;
            }"""
        )
        return found

    # --- doing

    def brings_into_view(self, text: str) -> None:
        """Scrolls the newest message with this text into the middle."""
        self.message(text).evaluate("node => node.scrollIntoView({ block: 'center' })")

    def becomes(self, name: str) -> None:
        self.page.locator(".person", has_text=name).click()
        expect(self.page.locator(".person[aria-current=true]", has_text=name)).to_be_visible()

    def goes_to(self, place: str) -> None:
        self.page.locator(".place", has_text=place).click()

    def types(self, text: str) -> None:
        """Types into the composer and sends it."""
        self.page.fill("#say", text)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#composer")).not_to_have_attribute("aria-busy", "true")

    def taps(self, label: str, on: str = "") -> None:
        """Taps a button of the newest message that has it, or of the newest with the text `on`."""
        here = self.message(on) if on else self.messages.filter(has=self.page.get_by_role("button", name=label)).last
        here.get_by_role("button", name=label, exact=True).click()

    def moves(self, button: str) -> None:
        """Moves the clock on with one of the bar's buttons, and waits until the days have run."""
        with self.page.expect_response("**/practice/clock", timeout=60_000):
            self.page.click(f"#to-{button}")
        expect(self.page.locator("#clock-buttons")).not_to_have_class("busy")
