"""No secret reaches a log, whatever it is called or wherever it stands in a text."""

import pytest
from fairlead_chassis.identity import mint
from fairlead_chassis.observing.log import redacted


@pytest.mark.parametrize("name", ["token", "Authorization", "password", "SECRET", "seed", "body", "cookie"])
def test_fields_that_are_named_like_secrets_are_hidden(name: str) -> None:
    assert redacted(None, "info", {name: "x", "reason": "y"}) == {name: "[hidden]", "reason": "y"}


def test_a_token_in_the_middle_of_a_text_is_taken_out() -> None:
    _, whole, _ = mint()
    said = redacted(None, "info", {"event": f"refused {whole}, once"})["event"]
    assert said == "refused [token], once"
