"""Leaving TensorFlow out of a process whose model does not use it.

Rasa 3.6 imports TensorFlow with its list of components, whether a project names one that needs it or not: 400 MB of
memory and half the start. Where none is named, an empty package stands in, which can be imported, subclassed and
named in annotations, and does nothing (docs/decisions/0010-without-tensorflow.md).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NEEDING = (
    "DIETClassifier",
    "ResponseSelector",
    "TEDPolicy",
    "UnexpecTEDIntentPolicy",
    "LanguageModelFeaturizer",
    "ConveRTFeaturizer",
)
"""The components of Rasa 3.6 that run on TensorFlow."""
_PACKAGES = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")


class _Kind(type):
    """Every attribute of a stand-in is a stand-in; so is every union and subscript with one."""

    def __getattr__(cls, name: str) -> Any:
        return _absent(name)

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __or__(cls, _: Any) -> Any:
        return cls

    def __ror__(cls, _: Any) -> Any:
        return cls


class StandIn(metaclass=_Kind):
    """A class, decorator, function or constant of TensorFlow that nobody uses."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take whatever the real one takes."""

    def __getattr__(self, name: str) -> Any:
        return _absent(name)

    def __call__(self, *given: Any, **_: Any) -> Any:
        """Leave alone what it decorates; otherwise give another stand-in."""
        decorated = len(given) == 1 and callable(given[0])
        return given[0] if decorated else StandIn()


def _absent(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return StandIn


class _Finder(MetaPathFinder, Loader):
    """Finds the stand-ins before what is installed."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in _PACKAGES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = ModuleType(spec.name)
        module.__path__ = []
        module.__getattr__ = _absent  # type: ignore[method-assign]
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is to be run."""


def leave_out_unless_named(components: str) -> bool:
    """Put the stand-ins in place, unless the text `components` names one that needs the real thing.

    To be called before Rasa is imported; returns whether they are in place.
    """
    if "tensorflow" in sys.modules or any(name in components for name in NEEDING):
        return False
    sys.meta_path.insert(0, _Finder())
    return True
