"""Deployments, rollouts and the reconciliation of replicas."""
