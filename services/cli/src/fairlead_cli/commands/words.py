"""What `--help` says of nouns and fields: where a group stands, what it is about, a hint and a sample of a value."""

START, MODELS, SERVING = "Start here", "Models", "In production"
EVIDENCE, PEOPLE, MACHINERY = "Evidence", "Who may do what", "Machinery (the services call these)"
PANELS = (START, MODELS, SERVING, EVIDENCE, PEOPLE, MACHINERY)

PANEL_OF = {"registry": MODELS, "deployer": SERVING, "monitor": SERVING, "audit": EVIDENCE, "access": PEOPLE}
"""Where a noun of this service stands that is not named here."""

NOUNS = {
    "model": (MODELS, "Registered models: make one, list them, see versions and aliases."),
    "version": (MODELS, "Immutable versions of a model: add, look at, approve."),
    "alias": (MODELS, "Movable pointers such as `champion`; deployments follow them."),
    "baseline": (MODELS, "The profile of a version's training data, which drift compares with."),
    "artifact": (MODELS, "The files of versions and training data, by SHA-256."),
    "deployment": (SERVING, "Models in service: deploy, change, look at, score with."),
    "health": (SERVING, "Requests, rows, errors and latency, by replica and merged."),
    "coverage": (SERVING, "Rows served against rows counted, and any gap in telemetry."),
    "drift": (SERVING, "Data drift of every feature against the training data."),
    "feature": (SERVING, "One feature: training against scoring, bin by bin."),
    "accuracy": (SERVING, "Accuracy over time of champion and challengers."),
    "actuals": (SERVING, "The ground truth that arrives later for predictions."),
    "audit": (EVIDENCE, "The ledger: who did what; download it, verify it."),
    "checkpoint": (EVIDENCE, "Signed tree heads over the ledger."),
    "proof": (EVIDENCE, "Inclusion and consistency proofs (RFC 6962)."),
    "receipt": (EVIDENCE, "What one answer's receipt proves."),
    "operation": (EVIDENCE, "What became of a change whose answer was lost."),
    "principal": (PEOPLE, "Who you are, and which roles you have."),
    "user": (PEOPLE, "Users and service accounts."),
    "token": (PEOPLE, "Bearer tokens: make, list, revoke."),
    "group": (PEOPLE, "Groups of users and service accounts."),
    "binding": (PEOPLE, "Who has which role in which project."),
    "policy": (PEOPLE, "The Casbin policy that decides: see it, apply a new one."),
    "project": (PEOPLE, "Projects, the tenants of one Fairlead."),
    "rollout": (MACHINERY, "How the deployer records that a revision took over."),
    "replica": (MACHINERY, "How the deployer certifies a replica's key."),
    "receipts": (MACHINERY, "How audit seals receipts into the ledger."),
}

_DIGEST = "sha256:" + "9f" * 32
_TENSOR = '[{"name": "tenure", "datatype": "FP64", "shape": [2], "data": [3, 40]}]'
_MOMENT = "RFC 3339 with its zone, such as 2026-01-31T00:00:00Z."
HINTS = {
    "project": "The project; else that of `fairlead --project`.",
    "deployment": "The deployment's name.",
    "model": "The model's name.",
    "version": "The version's number, from 1.",
    "alias": "The alias, such as `champion`.",
    "principal": "`user:NAME` or `service:NAME`; for a role also `group:NAME`.",
    "member": "`user:NAME` or `service:NAME`.",
    "role": "`role:NAME`: admin, data-scientist, approver, operator, auditor, viewer.",
    "feature": "The feature's name.",
    "receipt": "The receipt, as it came back with the answer.",
    "start": f"From here on: {_MOMENT}",
    "end": f"Up to here, itself not included: {_MOMENT}",
    "expires": f"Until when it is valid: {_MOMENT}",
    "by": "The length of a period.",
    "limit": "At most so many.",
    "after": "Go on after this one: the `next` of the page before.",
    "before": "Older than this ledger sequence.",
    "digest": "`sha256:` and 64 hexadecimal digits.",
    "training_data": "The digest of the training data, uploaded as Parquet.",
    "target": "The column that the model predicts.",
    "label": "What it is for.",
    "comment": "Why; it stays on the ledger.",
    "reason": "Why; it stays on the ledger.",
    "actor": "Who did it, such as user:ada.",
    "domain": "In which project.",
}
SAMPLES = {
    "actuals": '[{"id": "request-1", "row": 0, "value": 1}]',
    "alias": "champion",
    "batches": "3",
    "deployment": "churn",
    "digest": _DIGEST,
    "epoch": "01a216d1-48cd-72a6-9074-fa7a1b180d41",
    "feature": "tenure",
    "files": f'[{{"path": "model.ubj", "size": 5120, "digest": "{_DIGEST}"}}]',
    "first": "10",
    "group": "risk",
    "inputs": _TENSOR,
    "member": "user:ada",
    "model": "churn",
    "name": "credit",
    "operation_id": "01a216d1-48cd-72a6-9074-fa7a1b180d41",
    "principal": "user:ada",
    "public_key": "MCowBQYDK2VwAyEA",
    "receipt": "eyJkZXBsb3ltZW50Ijoi",
    "receipts": "120",
    "replica": "churn-0457-1-0",
    "revision": "1",
    "role": "role:data-scientist",
    "root": _DIGEST,
    "second": "20",
    "sequence": "12",
    "spec": '{"champion": {"model": "churn", "alias": "champion"}, "replicas": 2}',
    "token": "3f9a2c71d05b8e64",
    "training_data": _DIGEST,
    "version": "1",
}
MORE = {
    "create_token": {"label": "laptop", "expires": "2027-01-01T00:00:00Z"},
    "approve_version": {"comment": "checked on held-out rows"},
    "get_drift": {"by": "day"},
    "get_accuracy": {"by": "week"},
    "search_audit": {"actor": "user:ada", "limit": "20"},
    "apply_policy": {"model": "@policies/model.conf", "rules": "@policies/policy.csv"},
    "create_version": {"files": "@files.json", "target": "churned"},
    "record_actuals": {"actuals": "@actuals.json"},
    "import_actuals": {"actuals": "@actuals.json"},
}
"""Values that the example of one operation shows instead of, or beside, the samples."""
