"""From a request's bytes to its answer: validate, decide who may, decide what follows, append, answer."""

from fairlead_chassis.dispatch.dispatcher import Dispatcher

__all__ = ["Dispatcher"]
