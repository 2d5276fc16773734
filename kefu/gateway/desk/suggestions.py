"""What an agent may want to say next: articles, clarifying options and ready phrases for the last message."""

from sqlalchemy import select

from kefu.bootstrap.container import Container
from kefu.conversations.models import Conversation, Message
from kefu.core.errors import NotFound
from kefu.dialogue.memory import Memory
from kefu.dialogue.readings import rank
from kefu.gateway.desk import schemas as s
from kefu.gateway.visitor.schemas import Option

CANNED = [
    s.Canned(code="hi", text="您好，我是人工客服，您的情况我已经看到了，马上为您处理。"),
    s.Canned(code="wait", text="请稍等，我核实一下，最晚 2 分钟内回复您。"),
    s.Canned(code="order", text="麻烦您提供一下订单号，或者告诉我收货手机号后四位。"),
    s.Canned(code="sorry", text="给您带来不便非常抱歉，我来负责跟进这件事，直到给您答复。"),
    s.Canned(code="bye", text="感谢您的耐心，还有问题随时找我们，祝您生活愉快。"),
]


def suggest_for(parts: Container, conversation_id: str) -> s.DeskSuggestions:
    """Return suggestions for the customer's last message."""
    with parts.database.read() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None:
            raise NotFound("conversation_not_found", "没有这个会话")
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.sender == "customer", Message.kind == "text"
        )
        last = session.scalar(query.order_by(Message.seq.desc()).limit(1))
        customer_id = conversation.customer_id
    if last is None:
        return s.DeskSuggestions(answers=[], options=[], canned=CANNED)
    brain = parts.brain.brain
    seen, _ = brain.understand(str(last.content["text"]), Memory())
    articles = brain.knowledge.articles
    answers = [
        s.SuggestedAnswer(
            article_key=one.key,
            title=one.title,
            text=articles[one.key].answer,
            confidence=round(one.confidence, 3),
        )
        for one in seen.result.candidates[:3]
        if one.key in articles
    ]
    topic = brain.knowledge.topics.get(seen.topic or "")
    keys = (
        [one.key for one in rank(brain.knowledge, topic, None)]
        if topic
        else [one.article_key for one in answers]
    )
    options = [
        Option.model_validate(parts.signer.option(customer_id, "article", key, articles[key].title))
        for key in keys[:5]
    ]
    return s.DeskSuggestions(answers=answers, options=options, canned=CANNED)
