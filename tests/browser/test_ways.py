"""From a deployment to everything that stands behind it, by links alone."""

from collections.abc import Callable

from browser.conftest import DEPLOYMENT, MODEL, Visitor, World


def test_links_lead_from_a_deployment_to_its_model_and_the_ledger(
    world: World, visitor: Callable[..., Visitor]
) -> None:
    looking = visitor(token=world.token)
    page = looking.page
    page.get_by_role("link", name=DEPLOYMENT, exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == DEPLOYMENT
    page.get_by_role("link", name=f"{MODEL} 1").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith(f"{MODEL}, version 1")
    page.get_by_role("link", name="entry").click()
    assert "version created" in page.locator("tbody tr").first.inner_text()
    assert looking.wrong == []


def test_a_receipt_is_traced_to_its_deployment(world: World, visitor: Callable[..., Visitor]) -> None:
    page = visitor(token=world.token).page
    page.get_by_role("link", name="Receipts").click()
    page.get_by_label("Receipt").fill(world.receipt)
    page.get_by_role("button", name="Trace").click()
    assert "proven" in page.get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("link", name=DEPLOYMENT).click()
    assert page.get_by_role("heading", level=1).inner_text() == DEPLOYMENT


def test_a_missed_goal_is_seen_from_the_list_and_its_alert_found(world: World, visitor: Callable[..., Visitor]) -> None:
    page = visitor(token=world.token).page
    page.get_by_role("link", name="1 failing").click()
    assert page.get_by_role("region", name="Goals").get_by_text("quick").is_visible()
    assert "failing" in page.get_by_role("region", name="Alerts").locator("tbody tr").first.inner_text()


def test_a_project_is_chosen_where_there_are_several(world: World, visitor: Callable[..., Visitor]) -> None:
    page = visitor(token=world.token).page
    page.locator(".project summary").click()
    page.get_by_role("link", name="empty", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Deployments of empty"
    assert "Nothing is deployed yet" in page.locator("main").inner_text()


def test_the_search_of_the_audit_keeps_what_was_asked(world: World, visitor: Callable[..., Visitor]) -> None:
    page = visitor(token=world.token).page
    page.get_by_role("link", name="Audit").click()
    page.get_by_label("Operation").fill("approve_version")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_label("Operation").input_value() == "approve_version"
    assert page.locator("tbody tr").count() == 1
