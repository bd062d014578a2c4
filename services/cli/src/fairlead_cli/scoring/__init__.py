"""Scoring a file of any size through a deployment's replicas: streamed, resumed after a crash, each row once."""

from fairlead_cli.scoring.score import Options, Scored, score

__all__ = ["Options", "Scored", "score"]
