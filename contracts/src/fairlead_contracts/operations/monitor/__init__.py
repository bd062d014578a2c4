"""What is known of a deployment in production: health, coverage, drift, accuracy; and the actuals that arrive."""

from fairlead_contracts.operations.monitor.accuracy import GET_ACCURACY, AccuracyReport, AccuracyView, GetAccuracy
from fairlead_contracts.operations.monitor.actuals import (
    CHECK_ACTUALS,
    IMPORT_ACTUALS,
    RECORD_ACTUALS,
    Actual,
    ActualsChecked,
    ActualsRecorded,
    CheckActuals,
    ImportActuals,
    Label,
    RecordActuals,
    RefusedActual,
)
from fairlead_contracts.operations.monitor.coverage import (
    GET_COVERAGE,
    Clock,
    CoverageReport,
    Gap,
    GetCoverage,
    Reason,
    RefusedTelemetry,
    Shared,
)
from fairlead_contracts.operations.monitor.drift import (
    GET_DRIFT,
    GET_FEATURE,
    Bin,
    DriftPeriod,
    DriftReport,
    FeatureDrift,
    FeatureReport,
    GetDrift,
    GetFeature,
)
from fairlead_contracts.operations.monitor.health import GET_HEALTH, GetHealth, HealthReport, HealthView
from fairlead_contracts.operations.monitor.period import Grain, Period

OPERATIONS = (
    RECORD_ACTUALS, CHECK_ACTUALS, IMPORT_ACTUALS, GET_HEALTH, GET_COVERAGE, GET_DRIFT, GET_FEATURE, GET_ACCURACY,
)  # fmt: skip

__all__ = [
    "CHECK_ACTUALS",
    "GET_ACCURACY",
    "GET_COVERAGE",
    "GET_DRIFT",
    "GET_FEATURE",
    "GET_HEALTH",
    "IMPORT_ACTUALS",
    "OPERATIONS",
    "RECORD_ACTUALS",
    "AccuracyReport",
    "AccuracyView",
    "Actual",
    "ActualsChecked",
    "ActualsRecorded",
    "Bin",
    "CheckActuals",
    "Clock",
    "CoverageReport",
    "DriftPeriod",
    "DriftReport",
    "FeatureDrift",
    "FeatureReport",
    "Gap",
    "GetAccuracy",
    "GetCoverage",
    "GetDrift",
    "GetFeature",
    "GetHealth",
    "Grain",
    "HealthReport",
    "HealthView",
    "ImportActuals",
    "Label",
    "Period",
    "Reason",
    "RecordActuals",
    "RefusedActual",
    "RefusedTelemetry",
    "Shared",
]
