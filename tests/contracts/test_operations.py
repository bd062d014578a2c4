"""From each operation's one declaration everything else comes; none may lack a part."""

import re
from typing import Any

import pytest
from fairlead_contracts.documents.asyncapi import asyncapi
from fairlead_contracts.documents.openapi import openapi
from fairlead_contracts.operations import Kind, Operation
from fairlead_contracts.operations.catalogue import ACTIONS, OPERATIONS
from openapi_spec_validator import validate

EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
AnyOperation = Operation[Any, Any]


@pytest.fixture(scope="module")
def http() -> dict[str, Any]:
    return openapi(OPERATIONS.values())


@pytest.fixture(scope="module")
def bus() -> dict[str, Any]:
    return asyncapi(OPERATIONS.values())


def test_the_http_document_is_valid_openapi(http: dict[str, Any]) -> None:
    validate(http)


@EVERY
def test_it_has_a_route_with_its_id_in_the_http_document(operation: AnyOperation, http: dict[str, Any]) -> None:
    assert http["paths"][operation.path][operation.method.lower()]["operationId"] == operation.name


@EVERY
def test_it_has_a_channel_and_a_reply_in_the_bus_document(operation: AnyOperation, bus: dict[str, Any]) -> None:
    assert bus["channels"][operation.name]["address"] == operation.subject("{caller}")
    assert "reply" in bus["operations"][operation.name]


@EVERY
def test_its_action_is_a_word_of_the_policy_vocabulary(operation: AnyOperation) -> None:
    assert operation.action in ACTIONS
    assert re.fullmatch(r"[a-z]+:[a-z-]+", operation.action)


@EVERY
def test_its_path_resource_and_aggregate_name_only_fields_of_its_request(operation: AnyOperation) -> None:
    fields = set(operation.request.model_fields)
    for template in (operation.path, operation.resource, operation.aggregate or ""):
        assert set(re.findall(r"{(\w+)}", template)) <= fields


@EVERY
def test_a_change_names_its_aggregate_and_its_facts_and_nothing_else_does(operation: AnyOperation) -> None:
    assert (operation.kind is Kind.CHANGE) == (operation.aggregate is not None) == bool(operation.facts)


@EVERY
def test_a_change_leaves_facts_of_the_aggregate_that_it_names(operation: AnyOperation) -> None:
    kind = (operation.aggregate or "").partition("/")[0]
    assert all(fact.kind == kind for fact in operation.facts)


@EVERY
def test_its_request_says_what_it_does(operation: AnyOperation) -> None:
    assert operation.summary.endswith(".")


def test_no_two_operations_share_a_route_an_action_word_or_a_subject() -> None:
    operations = list(OPERATIONS.values())
    for key in (lambda op: (op.method, op.path), lambda op: op.action, lambda op: op.subject("x")):
        assert len({key(op) for op in operations}) == len(operations)
