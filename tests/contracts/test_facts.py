"""Facts of every version that was ever written can be read, and are what they were."""

import json
from pathlib import Path

import pytest
from fairlead_contracts.facts import UnknownFactError, read
from fairlead_contracts.facts.catalogue import FACTS
from fairlead_contracts.ledger import FactRecord

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))


def test_every_fact_type_has_a_golden_file_for_each_of_its_versions() -> None:
    expected = {f"{name}.v{v}" for name, fact in FACTS.items() for v in range(1, fact.v + 1)}
    assert {file.stem for file in FILES} == expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_record_is_read_and_written_back_unchanged(file: Path) -> None:
    record = FactRecord.model_validate_json(file.read_text())
    assert read(record).record() == record


@pytest.mark.parametrize(("type_", "v"), [("model_created", 99), ("no_such_fact", 1)])
def test_a_fact_from_a_newer_program_is_refused_by_name(type_: str, v: int) -> None:
    with pytest.raises(UnknownFactError, match=type_):
        read(FactRecord(type=type_, v=v, data={}))


def test_golden_records_hold_no_floats() -> None:
    def refuse(text: str) -> float:
        raise AssertionError(f"a float on the ledger: {text}")

    for file in FILES:
        json.loads(file.read_text(), parse_float=refuse)
