"""Every declared route is served, and none without a token."""

import re
from typing import Any

import httpx
import pytest
from fairlead_contracts.operations import Operation
from fairlead_contracts.operations.catalogue import OPERATIONS
from system.installation import Fairlead


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_declared_route_is_served_and_asks_who_it_is(fairlead: Fairlead, operation: Operation[Any, Any]) -> None:
    path = re.sub(r"{digest}", "sha256:" + "0" * 64, operation.path)
    path = re.sub(r"{(version|revision|sequence)}", "1", path)
    response = httpx.request(operation.method, fairlead.url + re.sub(r"{\w+}", "some", path))
    assert response.status_code == 401
