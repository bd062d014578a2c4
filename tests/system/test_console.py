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
    page = browser.get(f"/console/p/default/{deployed}?feature=amount")
    assert page.status_code == 200
    assert page.text.count("<circle") == 2
    assert "amount: share of rows in training and in scoring" in page.text
    assert "A look raises any alarm by chance at most 0.05 of the time." in " ".join(page.text.split())
    assert re.search(r"0\.\d\d sd|PSI 0\.\d\d", page.text)  # what the rows could show
    admin.set_monitoring(deployment=deployed, false_pages=1, in_days=365.25)
    page = browser.get(f"/console/p/default/{deployed}?feature=amount")
    assert "the budget is 1 false page in 365.2 days" in " ".join(page.text.split())
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_deployment_that_is_not_there_is_not_found(browser: httpx.Client) -> None:
    assert browser.get("/console/p/default/nosuch").status_code == 404
