"""What may be a name, and how names stand in subjects."""

import re

import pytest
from fairlead_contracts.names import ModelName, Name, subject_token, uuid7
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

NAME = TypeAdapter(Name)
MODEL = TypeAdapter(ModelName)
SAFE_TOKEN = re.compile(r"^[a-z0-9-]{1,63}$")


@pytest.mark.parametrize("name", ["a", "loans", "team-7", "0", "a" * 63])
def test_a_name_of_lower_case_letters_digits_and_inner_hyphens_is_taken(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "-a", "a-", "A", "a b", "a/b", "a.b", "a>", "*", ">", "a" * 64, "a" * 300, "x-ray", "lоans", "ａ", "a\n"],
    ids=repr,
)
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


@pytest.mark.parametrize("name", ["Credit risk 2024", "Bonität", "模型", "a" * 250, "v1.2_final(3)", "*", ">"])
def test_a_model_may_have_any_visible_text_as_its_name(name: str) -> None:
    assert MODEL.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "a" * 251, "a/b", "a:b", "a\x00", "a\nb", "a\u200bb", "a\u202eb", " a", "a ", "x-a", "e\u0301"],
    ids=repr,
)
def test_a_model_name_with_separators_invisible_characters_or_another_normal_form_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        MODEL.validate_python(name)


@given(st.text(min_size=1, max_size=250))
def test_every_name_becomes_one_safe_subject_token(name: str) -> None:
    assert SAFE_TOKEN.match(subject_token(name))


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_different_names_have_different_tokens(one: str, other: str) -> None:
    reserved = one.startswith("x-") or other.startswith("x-")
    assert one == other or reserved or subject_token(one) != subject_token(other)


def test_ids_are_version_7_uuids_in_the_order_they_were_made() -> None:
    ids = [uuid7() for _ in range(50)]
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each) for each in ids
    )
    assert [each[:13] for each in ids] == sorted(each[:13] for each in ids)
