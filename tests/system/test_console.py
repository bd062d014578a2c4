"""The console: a client like any other, without scripts."""

import re
from collections.abc import Iterator

import httpx
import pytest
from system.installation import Fairlead, infer_body, wait_for


@pytest.fixture
def browser(fairlead: Fairlead) -> Iterator[httpx.Client]:
    """A browser in which the administrator has signed in."""
    token = (fairlead.home / "keys" / "admin.token").read_text()
    with httpx.Client(base_url=fairlead.url, follow_redirects=True) as browser:
        browser.post("/console/login", data={"token": token})
        yield browser


def test_without_signing_in_there_is_only_the_form(fairlead: Fairlead) -> None:
    response = httpx.get(f"{fairlead.url}/console", follow_redirects=True)
    assert response.url.path == "/console/login"
    assert 'type="password"' in response.text


def test_a_wrong_token_signs_nobody_in(fairlead: Fairlead) -> None:
    response = httpx.post(f"{fairlead.url}/console/login", data={"token": "fl_nonsense"})
    assert (response.status_code, "set-cookie" in response.headers) == (401, False)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(fairlead: Fairlead) -> None:
    token = (fairlead.home / "keys" / "admin.token").read_text()
    response = httpx.post(f"{fairlead.url}/console/login", data={"token": token})
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_drift_page_shows_each_feature_against_its_importance(
    fairlead: Fairlead, browser: httpx.Client, deployed: str
) -> None:
    admin = fairlead.admin
    body = infer_body(amount=[0.1 * each for each in range(150)], ratio=[0.5] * 150)
    assert admin.http.post(f"/v2/models/{deployed}/infer", json=body).is_success
    wait_for(lambda: len(admin.get_drift(deployment=deployed).periods) > 0, 20)
    assert deployed in browser.get("/console").text
    page = browser.get(f"/console/p/default/{deployed}/drift?feature=amount")
    assert page.status_code == 200
    assert len(re.findall(r'<circle class="[^"]*" cx="[^"]*" cy="[^"]*" r="5"><title>', page.text)) == 2
    assert "amount: share of rows in training and in scoring" in page.text
    assert "A look raises any alarm by chance at most 0.05 of the time." in " ".join(page.text.split())
    assert re.search(r"0\.\d\d sd|PSI 0\.\d\d", page.text)  # what the rows could show
    admin.set_monitoring(deployment=deployed, false_pages=1, in_days=365.25)
    page = browser.get(f"/console/p/default/{deployed}/drift?feature=amount")
    assert "the budget is 1 false page in 365.2 days" in " ".join(page.text.split())
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/console/p/default/nosuch", "/console/p/A%20B/x", "/console/nowhere", "/console/models/default/nosuch/1"]
)
def test_what_is_not_there_is_said_on_a_page(browser: httpx.Client, path: str) -> None:
    page = browser.get(path)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert page.headers["x-request-id"] in page.text


@pytest.mark.parametrize(
    "query", ["period=-1", "period=99", "period=x", "period=%C2%B2", "feature=nosuch", "by=never&period=7"]
)
def test_a_query_that_names_nothing_breaks_no_page(browser: httpx.Client, deployed: str, query: str) -> None:
    assert browser.get(f"/console/p/default/{deployed}/drift?{query}").status_code in (200, 404)


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 400])
def test_an_entry_that_cannot_be_is_not_found(browser: httpx.Client, before: str) -> None:
    assert browser.get(f"/console/audit?before={before}").status_code == 404


@pytest.mark.parametrize(
    "asked", ["https://elsewhere.example", "//elsewhere.example/console/", "/console/../x\\y", "/docs"]
)
def test_signing_in_leads_to_no_other_place(fairlead: Fairlead, asked: str) -> None:
    token = (fairlead.home / "keys" / "admin.token").read_text()
    response = httpx.post(f"{fairlead.url}/console/login", data={"token": token, "next": asked})
    assert (response.status_code, response.headers["location"]) == (303, "/console")


def test_signing_out_takes_the_cookie(browser: httpx.Client) -> None:
    assert browser.get("/console/audit").url.path == "/console/audit"
    browser.post("/console/logout")
    assert browser.get("/console/audit").url.path == "/console/login"


def test_pages_ask_for_nothing_that_would_be_refused_and_recorded(fairlead: Fairlead, deployed: str) -> None:
    viewer = fairlead.user("looker", "role:viewer")
    with httpx.Client(base_url=fairlead.url, follow_redirects=True) as looking:
        looking.post("/console/login", data={"token": viewer.http.headers["authorization"].removeprefix("Bearer ")})
        for path in ("/console", f"/console/p/default/{deployed}", f"/console/p/default/{deployed}/goals",
                     "/console/goals/default",
                     "/console/models/default/small/1"):  # fmt: skip
            assert looking.get(path).status_code == 200
        assert looking.get("/console/audit").status_code == 403
    refused = [each for each in fairlead.admin.search_audit(actor="user:looker").items if not each.allowed]
    assert [each.operation for each in refused] == ["search_audit"]


def test_a_browser_that_asks_for_nothing_is_led_to_the_console(fairlead: Fairlead) -> None:
    assert httpx.get(fairlead.url).headers["location"] == "/console"


def test_the_ledger_is_searched_by_what_was_given(browser: httpx.Client, deployed: str) -> None:
    page = browser.get("/console/audit?actor=&operation=approve_version&kind=&domain=default")
    assert page.status_code == 200
    assert "version approved" in page.text
    assert "alias set" not in page.text
