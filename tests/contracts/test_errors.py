"""Every error has its own wire code, and comes back on the other side as what it was."""

import pytest
from fairlead_contracts.errors import ERRORS, FairleadError, FieldError, InvalidRequestError, from_problem
from pydantic import BaseModel, ValidationError


def test_no_two_errors_share_a_code() -> None:
    assert len({kind.code for kind in ERRORS}) == len(ERRORS)


def test_every_error_class_is_listed() -> None:
    declared = {kind for kind in FairleadError.__subclasses__() if kind.__module__ == FairleadError.__module__}
    assert declared == set(ERRORS)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.code)
def test_an_error_survives_the_wire(kind: type[FairleadError]) -> None:
    sent = kind.__new__(kind)
    FairleadError.__init__(sent, "why", [FieldError(pointer="/a", detail="b")])
    received = from_problem(sent.problem("request-1"))
    assert (type(received), received.detail, received.errors) == (kind, "why", sent.errors)


def test_a_field_error_names_the_place_and_keeps_the_value_out() -> None:
    class Form(BaseModel):
        age: int

    with pytest.raises(ValidationError) as caught:
        Form.model_validate({"age": "s3cret"})
    problem = InvalidRequestError.at(caught.value.errors()).problem()
    assert problem.errors[0].pointer == "/age"
    assert "s3cret" not in problem.model_dump_json()
