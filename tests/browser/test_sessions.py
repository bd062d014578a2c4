"""Signing in and out, by hand and by keyboard; and sessions that end by themselves."""

from collections.abc import Callable

from browser.conftest import DEPLOYMENT, Visitor, World


def test_signing_in_leads_to_the_page_that_was_asked_for(world: World, visitor: Callable[..., Visitor]) -> None:
    looking = visitor()
    asked = f"/console/p/default/{DEPLOYMENT}/drift?by=day"
    looking.open(asked)
    assert looking.path.startswith("/console/login?next=")
    looking.sign_in(world.token)
    assert looking.path == asked


def test_a_wrong_token_is_said_beside_the_field(visitor: Callable[..., Visitor]) -> None:
    looking = visitor()
    looking.open("/console/login")
    looking.sign_in("fl_nonsense")
    assert "not valid" in looking.page.get_by_role("alert").inner_text()
    assert looking.page.context.cookies() == []


def test_signing_out_ends_the_session_also_for_the_way_back(world: World, visitor: Callable[..., Visitor]) -> None:
    looking = visitor(token=world.token)
    looking.open("/console/audit")
    looking.page.get_by_role("button", name="Sign out").click()
    looking.page.wait_for_url("**/console/login")
    assert looking.page.context.cookies() == []
    looking.page.go_back()
    assert looking.path.startswith("/console/login")
    looking.open("/console/models/default")
    assert looking.path.startswith("/console/login")


def test_a_revoked_token_ends_its_session_and_says_so(world: World, visitor: Callable[..., Visitor]) -> None:
    admin = world.fairlead.admin
    made = admin.create_token(principal="user:vera")
    looking = visitor(token=made.secret)
    assert looking.path == "/console"
    admin.revoke_token(principal="user:vera", token=made.fact.token)
    looking.open("/console/models/default")
    assert "session has ended" in looking.page.get_by_role("status").inner_text()


def test_the_keyboard_is_enough(world: World, visitor: Callable[..., Visitor]) -> None:
    looking = visitor()
    looking.open("/console/login")
    looking.page.keyboard.type(world.token)  # the field has the focus
    looking.page.keyboard.press("Enter")
    looking.page.wait_for_url("**/console")
    looking.page.keyboard.press("Tab")
    assert looking.page.evaluate("document.activeElement.textContent") == "Skip to the page"
    assert looking.page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    looking.page.keyboard.press("Enter")
    looking.page.keyboard.press("Tab")
    assert looking.page.evaluate("document.activeElement.closest('main') !== null")
    looking.open(world.pages["drift"])
    points = looking.page.locator("svg a:has(circle)")
    points.last.focus()
    assert (
        looking.page.evaluate("getComputedStyle(document.activeElement.querySelector('circle')).strokeWidth") == "4px"
    )
    named = points.last.get_attribute("aria-label").split(":")[0]
    looking.page.keyboard.press("Enter")
    looking.page.wait_for_url("**feature=**")
    assert looking.page.locator("#feature h2").inner_text().startswith(named)
