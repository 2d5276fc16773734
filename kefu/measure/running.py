"""Running the evaluation sets through a service's public API."""

from collections.abc import Awaitable, Callable, Sequence

from kefu.measure.cases import Plan
from kefu.measure.dialogues import dialogues, first_messages
from kefu.measure.messages import HANDOFF, KNOWLEDGE, OUT_OF_SCOPE, VAGUE, typing
from kefu.measure.row import Report, Row
from kefu.measure.visitor import Service

LABELS = {
    "knowledge": "知识",
    "vague": "模糊的说法",
    "out_of_scope": "范围之外",
    "handoff": "转人工",
    "typing": "输入联想",
    "first": "开场的第一句",
    "dialogues": "多轮对话",
}
Runner = Callable[[Service, Plan, Report], Awaitable[list[Row]]]
# Dialogues come last: their clicks are counted as choices, which change the order of readings.
SETS: dict[str, Runner] = {
    "knowledge": KNOWLEDGE,
    "vague": VAGUE,
    "out_of_scope": OUT_OF_SCOPE,
    "handoff": HANDOFF,
    "typing": typing,
    "first": first_messages,
    "dialogues": dialogues,
}
"""The sets by name, in the order in which they run."""


async def run(
    service: Service, plan: Plan, names: Sequence[str], progress: Callable[[str, float], None]
) -> list[Row]:
    """Run the named sets one after the other; rows stand in the order of the files."""
    rows: list[Row] = []
    chosen = [name for name in SETS if name in names]
    for place, name in enumerate(chosen):

        def report(share: float, name: str = name, place: int = place) -> None:
            progress(LABELS[name], (place + share) / len(chosen))

        rows += await SETS[name](service, plan, report)
    return rows
