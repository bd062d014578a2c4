"""Graphs of several makers score as onnxruntime's own call does; what is no table is refused with what to do."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_onnx.adapter import OnnxAdapter
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier

RANDOM = np.random.default_rng(6)
ROWS = 120
MATRIX = RANDOM.normal(size=(ROWS, 3)).astype(np.float32)
TABLE = {name: MATRIX[:, place].astype(np.float64) for place, name in enumerate("abc")}
TWO, THREE = (MATRIX[:, 0] > 0).astype(int), np.array(["x", "y", "z"])[np.digitize(MATRIX[:, 0], [-0.5, 0.5])]


def own(model: Any) -> list[Any]:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return list(session.run(None, {session.get_inputs()[0].name: MATRIX}))


def way_round(model: Any, folder: Path) -> tuple[Any, Any]:
    OnnxAdapter().save(model, folder)
    card = OnnxAdapter().describe(folder)
    return card, OnnxAdapter().load(folder, card)


@pytest.mark.parametrize("zipmap", [True, False], ids=["dictionaries", "matrix"])
@pytest.mark.parametrize("labels", [TWO, THREE, TWO * 7 + 3], ids=["numbers", "texts", "other numbers"])
@pytest.mark.parametrize(
    "kind", [LogisticRegression, RandomForestClassifier, MLPClassifier], ids=lambda kind: str(kind.__name__)
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learns_classifiers_keep_their_classes(kind: Any, labels: Any, zipmap: bool, tmp_path: Path) -> None:
    limits = {"LogisticRegression": {}, "RandomForestClassifier": {"n_estimators": 9}, "MLPClassifier": {"max_iter": 9}}
    fitted = kind(**limits[kind.__name__]).fit(MATRIX, labels)
    model = to_onnx(fitted, MATRIX[:1], options={id(fitted): {"zipmap": zipmap}})
    card, predictor = way_round(model, tmp_path)
    assert card.classes == tuple(str(each) for each in fitted.classes_)
    found, (label, chances) = predictor.predict(TABLE), own(model)
    wanted = np.array([list(row.values()) for row in chances]) if zipmap else chances
    assert found["label"].tolist() == [str(each) for each in label.tolist()]
    last = found["probability"] if len(card.classes) == 2 else found[f"probability_{card.classes[-1]}"]
    np.testing.assert_allclose(last, wanted[:, -1], rtol=1e-6)


def graph(nodes: list[Any], inputs: list[Any], outputs: list[Any], constants: list[Any] = (), **more: Any) -> Any:  # type: ignore[assignment]  # a tuple is empty for certain
    whole = helper.make_graph(nodes, "g", inputs, outputs, constants)
    return helper.make_model(whole, ir_version=10, **{"opset_imports": [helper.make_opsetid("", 18)], **more})


ONE, FOUR = ([helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, n])] for n in (1, 4))
X = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])]


def weights(columns: int) -> Any:
    return helper.make_tensor("w", TensorProto.FLOAT, [3, columns], RANDOM.normal(size=3 * columns).tolist())


@pytest.mark.parametrize(
    ("last", "columns", "task", "classes"),
    [("Sigmoid", 1, "classification", ("0", "1")), ("Softmax", 4, "classification", ("0", "1", "2", "3")),
     ("Tanh", 1, "regression", ())],
)  # fmt: skip
def test_a_net_is_what_it_ends_with(last: str, columns: int, task: str, classes: Any, tmp_path: Path) -> None:
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node(last, ["z"], ["y"])]
    model = graph(nodes, X, ONE if columns == 1 else FOUR, [weights(columns)])
    card, predictor = way_round(model, tmp_path)
    assert (card.task, card.classes) == (task, classes)
    found, wanted = predictor.predict(TABLE), own(model)[0]
    name = {1: "prediction" if task == "regression" else "probability", 4: "probability_3"}[columns]
    np.testing.assert_allclose(found[name], wanted[:, -1], rtol=1e-6)


FIXED = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3])]
IMAGE = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3, 8, 8])]
DOT = [helper.make_node("MatMul", ["x", "w"], ["y"])]
TWICE = [*X, helper.make_tensor_value_info("z", TensorProto.FLOAT, [None, 1])]
ELSEWHERE = helper.make_tensor("w", TensorProto.FLOAT, [3, 1], [0.0] * 3)
ELSEWHERE.data_location = TensorProto.EXTERNAL
ELSEWHERE.ClearField("float_data")
ELSEWHERE.external_data.add(key="location", value="../../../../etc/passwd")
HUGE = helper.make_tensor("w", TensorProto.FLOAT, [3, 1], [0.0] * 3)
HUGE.dims[0] = 1 << 40
LYING = helper.make_tensor("w", TensorProto.FLOAT, [3, 1], bytes(12), raw=True)
LYING.dims[1] = 2
FOREIGN = [helper.make_node("Run", ["x"], ["y"], domain="com.evil")]
BRANCH = helper.make_graph([helper.make_node("Identity", ["k"], ["y"])], "b", [], ONE, [ELSEWHERE])
HIDDEN = [helper.make_node("If", ["c"], ["y"], then_branch=BRANCH, else_branch=BRANCH)]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (onnx.ModelProto, "no ONNX model"),
        (lambda: graph(DOT, FIXED, ONE, [weights(1)]), "dynamic first dimension"),
        (lambda: graph(DOT, IMAGE, ONE, [weights(1)]), "no columns"),
        (lambda: graph(DOT, TWICE, ONE, [weights(1)]), "one for each"),
        (lambda: graph(DOT, X, FOUR, [weights(4)]), "end a classifier with Softmax"),
        (lambda: graph(DOT, X, ONE + FOUR, [weights(1)]), "several outputs"),
        (lambda: graph(DOT, X, ONE, [ELSEWHERE]), "another file"),
        (lambda: graph(HIDDEN, X, ONE), "another file"),
        (lambda: graph(DOT, X, ONE, [HUGE]), "not of the size"),
        (lambda: graph(DOT, X, ONE, [LYING]), "not of the size"),
        (lambda: graph(FOREIGN, X, ONE), "no standard one"),
    ],
    ids=["nothing", "one row", "image", "two inputs", "logits", "two outputs", "a path", "a path in a branch",
         "a huge tensor", "a lying tensor", "an operator of its own"],
)  # fmt: skip
def test_what_cannot_be_served_is_refused_when_it_is_saved(model: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match=reason):
        OnnxAdapter().save(model(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_trees_that_go_in_circles_are_refused(tmp_path: Path) -> None:
    model = to_onnx(RandomForestClassifier(2, max_depth=3).fit(MATRIX, TWO), MATRIX[:1])
    trees = next(node for node in model.graph.node if node.op_type.startswith("Tree"))
    true = next(each for each in trees.attribute if each.name == "nodes_truenodeids")
    modes = next(each for each in trees.attribute if each.name == "nodes_modes")
    true.ints[next(place for place, mode in enumerate(modes.strings) if place and mode != b"LEAF")] = 0
    OnnxAdapter().save(model, tmp_path)
    with pytest.raises(UnreadableArtifactError, match="point outside"):
        OnnxAdapter().load(tmp_path, OnnxAdapter().describe(tmp_path))


def test_a_shape_made_up_in_the_graph_cannot_take_the_machine_s_memory(tmp_path: Path) -> None:
    # 64 GB of ones, added up: the file holds 8 bytes of them.
    nodes = [
        helper.make_node("Constant", [], ["n"], value=helper.make_tensor("n", TensorProto.INT64, [1], [1 << 34])),
        helper.make_node("ConstantOfShape", ["n"], ["o"]),
        helper.make_node("ReduceSum", ["o"], ["s"], keepdims=1),
        helper.make_node("MatMul", ["x", "w"], ["z"]),
        helper.make_node("Add", ["z", "s"], ["y"]),
    ]
    OnnxAdapter().save(graph(nodes, X, ONE, [weights(1)]), tmp_path)
    card = OnnxAdapter().describe(tmp_path)
    with pytest.raises((UnreadableArtifactError, InvalidTableError)):
        OnnxAdapter().load(tmp_path, card).predict(TABLE)


def test_a_missing_number_goes_in_as_nan_and_columns_must_be_as_many(tmp_path: Path) -> None:
    model = to_onnx(LinearRegression().fit(MATRIX, MATRIX[:, 0]), MATRIX[:1])
    _, predictor = way_round(model, tmp_path)
    found = predictor.predict({**TABLE, "b": np.full(ROWS, np.nan)})["prediction"]
    assert np.isnan(found).all()
    with pytest.raises(InvalidTableError, match="takes 3 columns"):
        predictor.predict({"a": TABLE["a"]})


def test_only_a_model_is_handled() -> None:
    assert OnnxAdapter().handles(onnx.ModelProto())
    assert not OnnxAdapter().handles(onnx.GraphProto())
