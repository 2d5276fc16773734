"""Real questions of customers near an article: those it answered, and those that nothing did."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.analytics.models import Miss
from kefu.conversations.models import Message
from kefu.core.masking import mask
from kefu.knowledge.models import ArticleUse

LATEST_USES, LATEST_MISSES = 300, 2000
SHORTEST, LONGEST = 3, 200


@dataclass(frozen=True)
class Asked:
    """One wording, personal data taken out, and how often it came; ``answered``: with the article."""

    text: str
    count: int
    answered: bool


def near(session: Session, key: str) -> list[Asked]:
    """Return what customers typed before this article answered them, and what was not understood of late."""
    answered = Counter(_worth(_before(session, key)))
    missed = Counter(
        _worth(session.scalars(select(Miss.text).order_by(Miss.at.desc()).limit(LATEST_MISSES)).all())
    )
    found = [Asked(text, count, True) for text, count in answered.items()]
    return found + [Asked(text, count, False) for text, count in missed.items() if text not in answered]


def _before(session: Session, key: str) -> list[str]:
    uses = session.scalars(
        select(ArticleUse)
        .where(ArticleUse.article_key == key, ArticleUse.clicked.is_(False), ArticleUse.useful.is_not(False))
        .order_by(ArticleUse.at.desc())
        .limit(LATEST_USES)
    )
    texts = []
    for use in uses:
        query = select(Message).where(
            Message.conversation_id == use.conversation_id,
            Message.sender == "customer",
            Message.kind == "text",
            Message.seq < use.seq,
        )
        asked = session.scalar(query.order_by(Message.seq.desc()).limit(1))
        if asked is not None:
            texts.append(str(asked.content.get("text", "")))
    return texts


def _worth(texts: Sequence[str]) -> list[str]:
    """Leave out what is too short, too long, or holds personal data: it is no example for others."""
    plain = [" ".join(text.split()) for text in texts]
    kept = [text for text in plain if mask(text) == text and "［" not in text]
    return [text for text in kept if SHORTEST <= len(normalise(text)) <= LONGEST]
