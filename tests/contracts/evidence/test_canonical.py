"""Canonical JSON is RFC 8785, byte for byte, for what the ledger allows; all else is refused by its place."""

import enum
import hashlib
import json
from typing import Any

import pytest
import rfc8785
from fairlead_contracts.evidence.canonical import INT_LIMIT, NotCanonicalError, canonical, digest
from hypothesis import given
from hypothesis import strategies as st

text = st.text()
values = st.recursive(
    st.none() | st.booleans() | text | st.integers(-INT_LIMIT, INT_LIMIT),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(text, inner),
    max_leaves=30,
)


@given(values)
def test_it_is_what_another_implementation_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_reading_it_and_writing_it_again_changes_nothing(value: Any) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(st.characters(min_codepoint=0xD000, max_codepoint=0x10400, codec="utf-8")), st.none()))
def test_members_stand_in_the_order_of_utf_16_code_units(value: dict[str, None]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_an_astral_key_stands_before_a_private_use_key_although_its_code_point_is_larger() -> None:
    assert canonical({"\ue000": 1, "😀": 2}) == '{"😀":2,"\ue000":1}'.encode()


def test_the_order_of_members_given_does_not_matter() -> None:
    assert canonical({"b": 1, "a": [{"d": 1, "c": 2}]}) == canonical({"a": [{"c": 2, "d": 1}], "b": 1})


def test_control_characters_are_escaped_and_all_other_text_is_itself() -> None:
    plain = "/\x7fé\u2028"
    escaped = r"\u0000\b\t\n\f\r\u001f\"\\"
    assert canonical(f'\x00\b\t\n\f\r\x1f"\\{plain}') == f'"{escaped}{plain}"'.encode()


def test_enumerations_are_the_text_and_the_integers_that_they_hold() -> None:
    class Colour(enum.StrEnum):
        RED = "red"

    class Level(enum.IntEnum):
        HIGH = 3

    assert canonical({Colour.RED: Level.HIGH, "of": [Colour.RED]}) == b'{"of":["red"],"red":3}'


@pytest.mark.parametrize(
    ("value", "pointer", "reason"),
    [
        (1.5, "", "a float"),
        ({"a": [1, {"b": 0.0}]}, "/a/1/b", "a float"),
        ({"a": float("nan")}, "/a", "a float"),
        ([INT_LIMIT + 1], "/0", "an integer beyond"),
        ({"n": -INT_LIMIT - 1}, "/n", "an integer beyond"),
        ({"a/b": {"c~d": 2**64}}, "/a~1b/c~0d", "an integer beyond"),
        ({"a": "\ud800"}, "/a", "half of a surrogate pair"),
        ({"a": {"\udc00": 1}}, "/a", "half of a surrogate pair"),
        ({"a": {1: 2}}, "/a", "keys must be text"),
        ({"a": {None: 2, "b": 3}}, "/a", "keys must be text"),
        ({"a": b"bytes"}, "/a", "only objects, arrays, text"),
        ({"a": {1, 2}}, "/a", "only objects, arrays, text"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_its_place(value: Any, pointer: str, reason: str) -> None:
    with pytest.raises(NotCanonicalError, match=reason) as caught:
        canonical(value)
    assert caught.value.pointer == pointer


def test_a_refusal_does_not_echo_the_value() -> None:
    with pytest.raises(NotCanonicalError) as caught:
        canonical({"a": 123.456})
    assert "123" not in str(caught.value)


def test_the_largest_integers_are_written_exactly() -> None:
    assert canonical([INT_LIMIT, -INT_LIMIT, 0]) == b"[9007199254740991,-9007199254740991,0]"


def test_nesting_without_end_is_refused_and_does_not_exhaust_the_stack() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NotCanonicalError, match="at most 128 deep"):
        canonical(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    value: dict[str, Any] = {}
    value["again"] = value
    with pytest.raises(NotCanonicalError, match="at most 128 deep"):
        canonical(value)


@given(st.binary())
def test_a_digest_is_sha_256_in_hex_after_its_name(data: bytes) -> None:
    assert digest(data) == "sha256:" + hashlib.sha256(data).hexdigest()
