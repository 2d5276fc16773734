"""The routing tests' shop, whose promises are kept count of."""

from tests.routing.conftest import clock, desk

__all__ = ["clock", "desk"]
