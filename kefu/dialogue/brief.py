"""The handoff brief: what an agent must know in five seconds, made by rules from what the turn remembers."""

from typing import Any

from kefu.dialogue.memory import Memory
from kefu.dialogue.signals import Signal

REASONS = {
    Signal.ASKED.value: "客户要求人工",
    Signal.DANGER.value: "涉及人身安全",
    Signal.MONEY_LOST.value: "涉及资金或个人信息",
    Signal.THREAT.value: "扬言投诉或曝光",
    Signal.ANGER.value: "情绪激动",
    "not_understood": "机器人两次没有理解",
    "none_of_these": "给出的选项都不是",
    "not_useful": "答案两次没有帮助",
    "off_hours": "非服务时间留言",
}
MOODS = {
    Signal.DANGER.value: "紧急",
    Signal.MONEY_LOST.value: "着急",
    Signal.THREAT.value: "非常不满",
    Signal.ANGER.value: "生气",
}


def make_brief(memory: Memory, reason: str, text: str) -> dict[str, Any]:
    """Return ``{wanted, reason, order_no, tried, mood, unanswered}`` for the agent's desk."""
    questions = [one.question for one in memory.tried if one.question]
    asked = reason == Signal.ASKED.value
    wanted = (questions[-1] if asked and questions else text) or (questions[-1] if questions else "")
    unanswered = [
        one.question for one in memory.tried if not one.outcome.startswith(("answer", "card", "form"))
    ]
    return {
        "wanted": wanted,
        "reason": REASONS.get(reason, reason),
        "order_no": memory.order_no,
        "entities": [{"name": "话题", "value": memory.topic}] if memory.topic else [],
        "tried": [{"question": one.question, "outcome": one.outcome} for one in memory.tried],
        "mood": MOODS.get(reason, "平静"),
        "unanswered": unanswered[-1] if unanswered else (text if not asked else ""),
    }
