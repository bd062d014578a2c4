"""Save a model as MLflow serves it: `mlflow_save.py MODEL.joblib FOLDER`."""

import sys

import joblib
import mlflow.sklearn

model = joblib.load(sys.argv[1])
mlflow.sklearn.save_model(model, sys.argv[2], pyfunc_predict_fn="predict_proba", serialization_format="cloudpickle")
