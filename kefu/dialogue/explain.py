"""Why the bot did what it did, in words for people who are no programmers: of a message being tried, or of a past turn.

One implementation for the editors' 试一试, the desk's trace and ``kefu explain``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from kb_index.fusion import PARTS
from kb_index.search import KnowledgeIndex
from kb_index.text import Change, changes, clauses, is_asking, normalise, tokens
from kefu.core.settings import Settings
from kefu.dialogue import signals
from kefu.dialogue.answering import COVERED
from kefu.dialogue.decision import Decision, Understanding
from kefu.dialogue.ports import Intent
from kefu.knowledge.snapshot import ArticleView

SIGNALS = {
    "asked_for_human": "客户要人工", "danger": "涉及人身安全", "money_lost": "资金或个人信息受损", "threat": "投诉或曝光的威胁",
    "anger": "情绪激烈", "none_of_these": "“都不是”", "leave_queue": "不想再排队", "more_options": "要换一批选项",
    "give_up_form": "不想继续填表",
}  # fmt: skip
HANDOVERS = SIGNALS | {
    "not_understood": "连续没有听懂",
    "identity_failed": "身份核对多次没有通过",
    "form_failed": "表单没有填成",
}
CHANGES = {
    "width": "全角改半角、大写改小写", "invisible": "去掉看不见的字符", "traditional": "繁体改简体", "picture": "去掉表情",
    "repetition": "重复的只留一个", "pinyin": "拼音或缩写还原成词", "half pinyin": "夹着拼音的词还原", "dialect": "方言改成普通说法",
    "typo": "错别字、同音字改成店里的词",
}  # fmt: skip
FEATURES = {
    "classifier": "分类器", "asking": "分类器（只看问句）", "vector": "意思（最像的一条问法）", "vector_mean": "意思（最像的两条平均）",
    "words": "词", "characters": "字",
}  # fmt: skip
OUTCOMES = {
    "answer": "直接回答。",
    "clarify": "几种可能都说得通，列出来让客户点。",
    "decline": "不像本店的业务，说明不在服务范围，不编答案。",
    "not_understood": "在业务范围内，但没有听懂，请客户换个说法。",
    "smalltalk": "是寒暄，按预设的话回应。",
    "rephrase": "请客户换个说法。",
    "form": "要办的事需要填表，打开表单。",
    "form_interrupted": "表单填到一半时提的问题：先回答，再接着填。",
    "verify": "要先核对身份。",
    "effect": "办好了。",
    "effect_failed": "没有办成，已如实告诉客户。",
    "tool_refused": "按现在的订单状态不能办，说明原因。",
    "none_of_these": "客户说都不是，换一批。",
    "shop_unavailable": "商城系统没有回应，已如实告诉客户。",
    "picture": "收到的是图片。",
}


class Considered(BaseModel):
    """A candidate as it was weighed; ``features`` are its parts before fusion, by their Chinese names."""

    key: str
    title: str
    confidence: float
    score: float
    matched: str
    features: dict[str, float] = {}


class Changed(BaseModel):
    """What normalising replaced, and why in words."""

    before: str
    after: str
    why: str


class Explanation(BaseModel):
    """Everything a decision stood on, and ``why`` it fell as it did, one sentence each.

    ``intent`` is None where the bot took no part; ``in_domain`` and ``confidence`` are probabilities.
    """

    text: str
    normalised: str
    changes: list[Changed]
    clauses: list[str]
    asking: list[str]
    tokens: list[str]
    signal: str | None
    topic: str | None
    intent: str | None
    intent_confidence: float | None
    in_domain: float | None
    candidates: list[Considered]
    thresholds: dict[str, float]
    outcome: str
    why: list[str]


@dataclass(frozen=True)
class Grounds:
    """What a decision stood on, whether it was just made or is read from a stored turn.

    ``typed`` is False for a click or a form, of which nothing had to be understood. ``unaided`` is what the service
    itself takes the intent for while the bot is away.
    """

    text: str
    outcome: str
    intent: Intent | None = None
    signal: str | None = None
    topic: str | None = None
    in_domain: float | None = None
    candidates: tuple[Considered, ...] = ()
    handover: str | None = None
    typed: bool = True
    unaided: Intent | None = None

    @classmethod
    def of_decision(cls, decision: Decision, seen: Understanding, index: KnowledgeIndex) -> "Grounds":
        """From a decision that was just made; the features are those of ``index``."""
        parts = index.scores(seen.asked).parts[0] if seen.result.candidates else []
        rows = dict(zip(index.keys, parts, strict=False))
        found = [
            Considered(
                key=one.key, title=one.title, confidence=round(one.confidence, 4), score=round(one.score, 4),
                matched=one.matched, features=_features(rows.get(one.key, ())),
            )
            for one in seen.result.candidates
        ]  # fmt: skip
        alone = seen.unaided() if seen.intent is None and seen.unaided else ()
        return cls(
            text=seen.text, outcome=decision.outcome, intent=seen.intent, topic=seen.topic,
            unaided=alone[0] if alone else None,
            signal=seen.signal.value if seen.signal else None, in_domain=seen.result.in_domain,
            candidates=tuple(found), handover=decision.handover.reason if decision.handover else None,
        )  # fmt: skip

    @classmethod
    def of_trace(
        cls, trace: Mapping[str, Any], outcome: str, articles: Mapping[str, ArticleView]
    ) -> "Grounds":
        """From what a turn has stored."""
        named = trace.get("intent")
        found = [
            Considered(title=articles[one["key"]].title if one["key"] in articles else one["key"], **one)
            for one in trace.get("candidates", ())
        ]
        return cls(
            text=str(trace.get("text", "")), outcome=outcome, topic=trace.get("topic"), signal=trace.get("signal"),
            intent=Intent(named, float(trace.get("intent_confidence") or 0.0)) if named else None,
            in_domain=trace.get("in_domain"), candidates=tuple(found), typed=trace.get("kind", "text") == "text",
        )  # fmt: skip


def _features(parts: Sequence[float]) -> dict[str, float]:
    return {
        FEATURES.get(part, part): round(float(value), 3) for part, value in zip(PARTS, parts, strict=False)
    }


def explain(grounds: Grounds, settings: Settings, most: int = 8) -> Explanation:
    """Return a decision's grounds in full, and in words; at most ``most`` candidates."""
    said = grounds.text if grounds.typed else ""
    parts = clauses(said)
    return Explanation(
        text=grounds.text,
        normalised=normalise(said),
        changes=[_told(change) for change in changes(said)],
        clauses=parts,
        asking=[part for part in parts if is_asking(part)],
        tokens=tokens(said),
        signal=grounds.signal,
        topic=grounds.topic,
        intent=grounds.intent.name if grounds.intent else None,
        intent_confidence=round(grounds.intent.confidence, 4) if grounds.intent else None,
        in_domain=round(grounds.in_domain, 4) if grounds.in_domain is not None else None,
        candidates=list(grounds.candidates[:most]),
        thresholds={
            "answer": settings.answer_threshold,
            "margin": settings.answer_margin,
            "decline": settings.decline_threshold,
            "covered": COVERED,
        },
        outcome=grounds.outcome,
        why=[*_understood(grounds), *_retrieved(grounds, settings), _outcome(grounds, settings)],
    )


def _told(change: Change) -> Changed:
    return Changed(before=change.before, after=change.after, why=CHANGES.get(change.kind, change.kind))


def _understood(grounds: Grounds) -> list[str]:
    if not grounds.typed:
        return [
            f"客户点了“{grounds.text}”，不需要猜。" if grounds.text else "客户点了选项或交了表单，不需要猜。"
        ]
    plain = normalise(grounds.text)
    said = [f"规整以后是“{plain}”。"] if plain != grounds.text.strip() else []
    asked = signals.asked_in(grounds.text)
    if asked != grounds.text:
        said.append(f"前面是更正，真正问的是“{asked}”。")
    if grounds.signal is not None:
        said.append(f"出现了信号词：{SIGNALS.get(grounds.signal, grounds.signal)}。")
    if grounds.intent is not None:
        said.append(f"机器人判断意图是 {grounds.intent.name}，把握 {_percent(grounds.intent.confidence)}。")
    else:
        said.append("机器人没有参与（没有启动或超时），由服务自身理解。")
    if grounds.unaided is not None:
        said.append(
            f"服务自己判断意图是 {grounds.unaided.name}，把握 {_percent(grounds.unaided.confidence)}。"
        )
    if grounds.topic is not None:
        said.append(f"提到话题“{grounds.topic}”。")
    return said


def _retrieved(grounds: Grounds, settings: Settings) -> list[str]:
    if not grounds.typed:
        return []
    if not grounds.candidates or grounds.in_domain is None:
        return ["没有检索到任何条目。"]
    best = grounds.candidates[0]
    said = [
        f"属于本店业务的概率 {_percent(grounds.in_domain)}"
        f"（低于 {_percent(settings.decline_threshold)} 不作答，低于 {_percent(COVERED)} 只收窄不直接回答）。",
        f"最像“{best.title}”里的问法“{best.matched}”，把握 {_percent(best.confidence)}"
        f"（不低于 {_percent(settings.answer_threshold)} 才直接回答）。",
    ]
    if len(grounds.candidates) > 1:
        second = grounds.candidates[1]
        said.append(f"第二名“{second.title}”，把握 {_percent(second.confidence)}。")
    return said


def _outcome(grounds: Grounds, settings: Settings) -> str:
    outcome, _, card = grounds.outcome.partition(":")
    if outcome == "handoff":
        reason = grounds.handover or grounds.signal
        return f"转人工，原因：{HANDOVERS.get(reason, reason)}。" if reason else "转人工。"
    if outcome == "card" or card:
        return "能直接查到，把结果展示给客户。"
    words = OUTCOMES.get(outcome, f"结果：{grounds.outcome}。")
    lacking = _lacking(grounds, settings) if outcome == "clarify" else ""
    return f"{lacking}{words}"


def _lacking(grounds: Grounds, settings: Settings) -> str:
    """Say what an answer at once would have needed; nothing where the figures alone do not tell."""
    if not grounds.typed or not grounds.candidates or grounds.in_domain is None:
        return ""
    best = grounds.candidates[0].confidence
    second = grounds.candidates[1].confidence if len(grounds.candidates) > 1 else 0.0
    if best < settings.answer_threshold:
        return f"第一名的把握不到 {_percent(settings.answer_threshold)}，不敢直接回答："
    if best - second < settings.answer_margin:
        return f"前两名相差不到 {_percent(settings.answer_margin)}："
    if grounds.in_domain < COVERED:
        return f"属于本店业务的概率不到 {_percent(COVERED)}："
    return ""


def _percent(share: float) -> str:
    return f"{share:.0%}"
