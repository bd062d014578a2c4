"""Every page of the console in every width and scheme: whole, silent, readable, within the window."""

from collections.abc import Callable

import pytest
from browser.conftest import Visitor, World

LOOKS = {
    "desktop": (1440, "light"),
    "laptop, dark": (1100, "dark"),
    "phone": (390, "light"),
    "phone, dark": (390, "dark"),
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.mark.parametrize("look", LOOKS)
def test_each_page_is_whole_and_fits(world: World, visitor: Callable[..., Visitor], look: str) -> None:
    width, scheme = LOOKS[look]
    looking = visitor(width, scheme, world.token)
    wide = []
    for name, path in world.pages.items():
        assert looking.open(path).status == 200, name
        if looking.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(name)
    assert (looking.wrong, wide) == ([], [])


@pytest.mark.parametrize("look", ["desktop", "phone, dark"])
def test_each_page_is_accessible(world: World, visitor: Callable[..., Visitor], look: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    width, scheme = LOOKS[look]
    looking = visitor(width, scheme)
    found = {}
    for name, path in {"sign in": "/console/login", **world.pages}.items():
        if name != "sign in" and looking.path.startswith("/console/login"):
            looking.sign_in(world.token)
        looking.open(path)
        for violation in axe.run(looking.page, options=RULES).response["violations"]:
            found.setdefault(violation["id"], []).append((name, violation["nodes"][0]["html"][:200]))
    assert found == {}


def test_what_is_refused_is_a_page_too(world: World, visitor: Callable[..., Visitor]) -> None:
    looking = visitor(390, "light", world.token)
    for path, status in (("/console/nowhere", 404), ("/console/p/default/nosuch", 404), ("/console/p/A%20B/x", 404)):
        assert looking.open(path).status == status
        assert looking.page.get_by_role("heading", level=1).inner_text() == "Not found"
    assert looking.page.get_by_role("link", name="Deployments of default").is_visible()
    denied = visitor(1440, "light", world.viewer)
    assert denied.open("/console/audit").status == 403
    assert "audit:search" in denied.page.locator("main").inner_text()


def test_the_numbers_survive_without_style_and_names_stay_text(world: World, visitor: Callable[..., Visitor]) -> None:
    looking = visitor(1440, "light", world.token)
    looking.open(world.pages["every feature"])
    rows = looking.page.get_by_role("region", name="Features").locator("tbody tr")
    assert rows.count() == 120
    assert rows.locator("th").filter(has_text="<b>&\"'").count() == 1
    assert looking.page.locator("b", has_text="&").count() == 0
