"""A decision in plain words, for people who are no programmers."""

from kefu.core.settings import Settings
from kefu.dialogue.answering import COVERED
from kefu.dialogue.decision import Decision, Understanding

SIGNALS = {
    "asked_for_human": "客户要人工", "danger": "涉及人身安全", "money_lost": "资金受损", "threat": "投诉或曝光的威胁",
    "anger": "情绪激烈", "none_of_these": "“都不是”",
}  # fmt: skip


def explain(decision: Decision, seen: Understanding, settings: Settings) -> list[str]:
    """Return what was understood and which rule led to the reply, one sentence each."""
    said = [f"规整以后是“{seen.normalised}”。"] if seen.normalised != seen.text.strip() else []
    if seen.signal is not None:
        said.append(f"出现了信号词：{SIGNALS.get(seen.signal.value, seen.signal.value)}。")
    if seen.intent is not None:
        said.append(f"机器人判断意图是 {seen.intent.name}，把握 {_percent(seen.intent.confidence)}。")
    else:
        said.append("机器人没有参与（没有启动或超时），由服务自身理解。")
    if seen.topic is not None:
        said.append(f"提到话题“{seen.topic}”。")
    said += _retrieval(seen, settings)
    said.append(_outcome(decision, seen, settings))
    return said


def _retrieval(seen: Understanding, settings: Settings) -> list[str]:
    result = seen.result
    if not result.candidates:
        return ["没有检索到任何条目。"]
    best = result.candidates[0]
    said = [
        f"属于本店业务的概率 {_percent(result.in_domain)}"
        f"（低于 {_percent(settings.decline_threshold)} 不作答，低于 {_percent(COVERED)} 只收窄不直接回答）。",
        f"最像“{best.title}”里的问法“{best.matched}”，把握 {_percent(best.confidence)}"
        f"（不低于 {_percent(settings.answer_threshold)} 才直接回答）。",
    ]
    if len(result.candidates) > 1:
        second = result.candidates[1]
        said.append(f"第二名“{second.title}”，把握 {_percent(second.confidence)}。")
    return said


def _outcome(decision: Decision, seen: Understanding, settings: Settings) -> str:
    handover = (
        f"转人工，原因：{SIGNALS.get(decision.handover.reason, decision.handover.reason)}。"
        if decision.handover
        else ""
    )
    words = {
        "answer": "把握够大，直接回答。",
        "clarify": "几种可能都说得通，列出来让客户点。",
        "decline": "不像本店的业务，说明不在服务范围，不编答案。",
        "not_understood": "在业务范围内，但没有听懂，请客户换个说法。",
        "smalltalk": "是寒暄，按预设的话回应。",
        "rephrase": "请客户换个说法。",
        "handoff": handover,
    }
    return words.get(decision.outcome) or f"结果：{decision.outcome}。"


def _percent(share: float) -> str:
    return f"{share:.0%}"
