"""What Rasa does not need stays out of its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rasa_process import ROOT, Bot

TRY = """
import sys
from bot.without_tensorflow import leave_out_unless_named
print(leave_out_unless_named(sys.argv[1]))
import tensorflow
print(type(tensorflow.keras.layers.Layer).__name__)
"""


def test_a_serving_process_has_not_loaded_it(bot: Bot) -> None:
    assert bot.turn("查一下订单")["action"] == "action_show_order"
    assert "tensorflow" not in Path(f"/proc/{bot.process.pid}/maps").read_text()


@pytest.mark.parametrize("named", ["- name: DIETClassifier", "rasa.core.policies.ted_policy.TEDPolicy"])
def test_a_model_that_names_it_gets_the_real_one(named: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRY, named], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["False", "type"]
