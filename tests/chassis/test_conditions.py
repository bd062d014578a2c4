"""Headers that ask for a state: what they may say, and what follows."""

import pytest
from fairlead_chassis.dispatch.conditions import at_least, operation_id, require_match
from fairlead_contracts.errors import InvalidRequestError, StaleError
from fairlead_contracts.messages import AT_LEAST_HEADER, IF_MATCH_HEADER, OPERATION_ID_HEADER


@pytest.mark.parametrize("tag", ['"7"', "*", "7", '"1", "7"', '"1","7"'])
def test_a_tag_of_the_newest_state_lets_a_change_pass(tag: str) -> None:
    require_match({IF_MATCH_HEADER: tag}, 7)


@pytest.mark.parametrize(("tag", "sequence"), [('"6"', 7), ('W/"7"', 7), ("", 7), ('""', 7), ("*", 0), ('"0"', 0)])
def test_any_other_tag_and_any_tag_of_nothing_is_stale(tag: str, sequence: int) -> None:
    with pytest.raises(StaleError):
        require_match({IF_MATCH_HEADER: tag}, sequence)


def test_without_a_tag_everything_passes() -> None:
    require_match({}, 0)


@pytest.mark.parametrize("text", ["\xb2", "-1", "+1", "1.0", "1" * 19, "", " 1"])
def test_what_is_no_sequence_is_invalid(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        at_least({AT_LEAST_HEADER: text})


@pytest.mark.parametrize("text", ["", "a b", "a" * 129, "é", "a\n", "a/b"])
def test_what_is_no_operation_id_is_invalid(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        operation_id({OPERATION_ID_HEADER: text})
