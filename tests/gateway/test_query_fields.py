"""Texts of a query become what their fields are, where they read as that."""

from typing import Any
from urllib.parse import quote

import pytest
from fairlead_contracts.operations.monitor import GET_HEALTH
from fairlead_gateway.http.bodies import fields_of
from starlette.requests import Request


async def given(query: str) -> Any:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": quote(query, safe="=&").encode(),
        "headers": [],
    }
    request = Request(scope)
    request.scope["path_params"] = {}
    return await fields_of(request, GET_HEALTH)


@pytest.mark.parametrize(("text", "value"), [("2.5", 2.5), ("50", 50.0), ("1e3", 1000.0), ("-0.5", -0.5)])
async def test_a_number_is_read_as_one(text: str, value: float) -> None:
    assert await given(f"slow_ms={text}&version=3") == {"slow_ms": value, "version": 3}


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "0x10", "1e999", "", " 1", "\u0661"])
async def test_what_is_no_number_stays_text_and_is_refused_later(text: str) -> None:
    assert await given(f"slow_ms={text}") == {"slow_ms": text}
