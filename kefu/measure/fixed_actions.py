"""The other side's actions for ``kefu bench``: every action of a domain, answering a fixed text.

Run by rasa-sdk in the Rasa environment: ``python -m rasa_sdk --actions kefu.measure.fixed_actions`` with
``KEFU_BENCH_DOMAIN`` naming the domain file.
"""

import os
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action

TEXT = "好的，已经为您处理。"


def _fixed(action_name: str) -> type[Action]:
    class Fixed(Action):  # type: ignore[misc]
        def name(self) -> str:
            return action_name

        def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
            dispatcher.utter_message(text=TEXT)
            return []

    return Fixed


# rasa-sdk registers every subclass of Action that is still alive.
ACTIONS = [
    _fixed(name)
    for name in yaml.safe_load(Path(os.environ["KEFU_BENCH_DOMAIN"]).read_text(encoding="utf-8"))["actions"]
]
