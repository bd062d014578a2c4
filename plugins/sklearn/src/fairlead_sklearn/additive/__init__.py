"""Linear models, and pipelines that end with one, without scikit-learn in the way.

Scaling, imputing, encoding and choosing columns before a linear model leave each column with a say of its own: a
weight, or a table of levels. So the whole pipeline is a sum over columns, which numpy computes in microseconds.
"""

from fairlead_sklearn.additive.predictor import AdditivePredictor, additive

__all__ = ["AdditivePredictor", "additive"]
