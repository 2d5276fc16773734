"""What an agent may want to say next: articles and clarifying options for the last message."""

from sqlalchemy import select

from kefu.accounts.models import Staff
from kefu.bootstrap.container import Container
from kefu.conversations.models import Message
from kefu.dialogue.readings import rank
from kefu.gateway.desk import access
from kefu.gateway.desk import schemas as s
from kefu.gateway.visitor.schemas import Option

WORTH_SHOWING = 0.05  # of the confidence: less is noise beside the others


def suggest_for(parts: Container, person: Staff, conversation_id: str) -> s.DeskSuggestions:
    """Return suggestions for the customer's last message."""
    with parts.database.read() as session:
        conversation = access.seen(session, person, conversation_id)
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.sender == "customer", Message.kind == "text"
        )
        last = session.scalar(query.order_by(Message.seq.desc()).limit(1))
        customer_id = conversation.customer_id
    if last is None:
        return s.DeskSuggestions(answers=[], options=[])
    brain = parts.brain.brain
    seen = brain.understand(str(last.content["text"]))
    articles = brain.knowledge.articles
    answers = [
        s.SuggestedAnswer(
            article_key=one.key,
            title=one.title,
            text=articles[one.key].answer,
            confidence=round(one.confidence, 3),
        )
        for one in seen.result.candidates[:3]
        if one.key in articles and one.confidence >= WORTH_SHOWING
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
    return s.DeskSuggestions(answers=answers, options=options)
