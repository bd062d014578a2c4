"""What training data may be: each kind that gives no honest baseline is refused, naming the column."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import FairleadError, InvalidRequestError, InvalidTableError
from fairlead_registry import training
from registry.conftest import ROWS, add_version, leftovers, parquet, table

FEATURES = ["amount", "ratio"]
TWINS = pa.Table.from_arrays([*(pa.array(table()[name]) for name in ("amount", "amount", "ratio", "bad"))],
                             names=["amount", "amount", "ratio", "bad"])  # fmt: skip


def with_amount(values: Any) -> dict[str, Any]:
    return {**table(), "amount": values}


async def refusal(registry: Copy, files: dict[str, bytes], columns: Any, **more: Any) -> FairleadError:
    """What is said against a version, which leaves nothing on the ledger or the disk."""
    with pytest.raises((InvalidTableError, InvalidRequestError)) as caught:
        await add_version(registry, files, columns, **{"features": FEATURES, **more})
    assert registry.chassis.part.last_version("default", "loans") == 0
    assert leftovers(registry) == []
    return caught.value


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({name: values[:0] for name, values in table().items()}, "no rows"),
        (b"amount,ratio\n1,2\n", "not a Parquet file"), (parquet(table())[:-9], "not a Parquet file"),
        (TWINS, "two columns of the same name: amount"),
        ({"amount": [1.0], "bad": [1]}, "lacks what the model takes: ratio"),
        (with_amount(pa.array([2**64 - 1] * ROWS, pa.uint64())), "Column amount holds whole numbers over"),
        (with_amount(pa.array([0] * ROWS, pa.timestamp("us"))), "Column amount is of type timestamp"),
        (with_amount(pa.array([1] * ROWS, pa.decimal128(10, 2))), "Column amount is of type decimal"),
        (with_amount(pa.array([[1.0]] * ROWS)), "Column amount is of type list"),
        (with_amount(pa.array([b"\xff"] * ROWS)), "Column amount is of type binary"),
    ],
    ids=["no rows", "text", "cut", "twins", "a column short", "over int64", "times", "decimals", "lists", "bytes"],
)  # fmt: skip
async def test_a_table_that_gives_no_honest_baseline_is_refused(
    registry: Copy, saved: dict[str, bytes], columns: Any, why: str
) -> None:
    assert why in (await refusal(registry, saved, columns)).detail


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"features": ["amount", "ratio", "amount"]}, "named twice: amount"),
        ({"features": ["amount", "nosuch"]}, "lacks what the model takes: nosuch"),
        ({"features": ["amount", "bad"]}, "target bad is among the features"),
        ({"target": "nosuch"}, "no column nosuch"), ({"categorical": ["ration"]}, "no feature is called: ration"),
        ({"importance": {"amont": "0.5"}}, "no feature is called: amont"),
        ({"importance": {"amount": "nan"}}, "/importance/amount"), ({"metrics": {"auc": "inf"}}, "/metrics/auc"),
    ],
)  # fmt: skip
async def test_names_that_do_not_fit_the_table_are_refused(
    registry: Copy, saved: dict[str, bytes], more: dict[str, Any], why: str
) -> None:
    assert why in (await refusal(registry, saved, table(), **more)).detail


@pytest.mark.parametrize("name", ["", "x" * 251, "a\x00b", "a\u202eb"])
async def test_a_column_without_a_sound_name_is_no_feature(registry: Copy, saved: dict[str, bytes], name: str) -> None:
    columns = {**table(), name: table()["amount"]}
    assert "name" in (await refusal(registry, saved, columns, features=["amount", name])).detail


async def test_a_table_of_the_target_alone_is_refused(registry: Copy, saved: dict[str, bytes]) -> None:
    assert "no column but the target" in (await refusal(registry, saved, {"bad": [0, 1]}, features=[])).detail


async def test_a_table_that_would_not_fit_into_memory_is_refused_unread(
    registry: Copy, saved: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "CELLS", 2 * ROWS - 1)
    assert "limit" in (await refusal(registry, saved, table())).detail


@pytest.mark.parametrize(
    ("values", "datatype", "counts"),
    [
        ([None] * ROWS, "BYTES", [0, 0, ROWS]), (np.full(ROWS, np.nan), "FP64", [0, 0, 0, ROWS]),
        (np.full(ROWS, 3.0), "FP64", [0, ROWS, 0, 0]), (pa.array(["a", "b"] * (ROWS // 2)), "BYTES", [30, 30, 0, 0, 0]),
        (pa.array(["a", "b"] * (ROWS // 2)).dictionary_encode(), "BYTES", [30, 30, 0, 0, 0]),
        (pa.array(["a", "b"] * (ROWS // 2)).cast(pa.string_view()), "BYTES", [30, 30, 0, 0, 0]),
        (pa.array([True, False] * (ROWS // 2)), "BOOL", [30, 30, 0, 0, 0]),
        (pa.array([1, 2] * (ROWS // 2)).dictionary_encode(), "INT64", [0, 30, 30, 0, 0]),
        (pa.array([1, None] * (ROWS // 2), pa.int64()), "FP64", [0, 30, 0, 30]),
        (pa.array([7] * ROWS, pa.uint64()), "INT64", [0, ROWS, 0, 0]),
    ],
    ids=["nothing", "all missing", "one value", "texts", "dictionary", "views", "truth", "coded", "holes", "unsigned"],
)  # fmt: skip
async def test_odd_columns_are_counted_as_what_they_are(
    registry: Copy, saved: dict[str, bytes], values: Any, datatype: str, counts: list[int]
) -> None:
    done = await add_version(registry, saved, with_amount(values), features=FEATURES)
    assert done.fact.signature.inputs[0].datatype == datatype
    baseline = json.loads(await registry.chassis.objects.get(done.fact.baseline))
    assert baseline["features"][0]["counts"] == counts
    assert baseline["rows"] == done.fact.training_data.rows == ROWS
