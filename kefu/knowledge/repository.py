"""Reading the published knowledge out of the database, and counting what customers chose."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.knowledge.models import Article, ChoiceCount, Document, Revision, TopicRow
from kefu.knowledge.snapshot import ArticleView, Choices, Reading, Snapshot, Topic, fill

CATEGORIES = {
    "shipping": "发货与物流", "order": "订单", "payment": "支付", "refund": "退货退款", "exchange": "换货",
    "aftersale": "质保与维修", "invoice": "发票", "promotion": "优惠与价格", "member": "会员与积分",
    "account": "账户与隐私", "product": "商品咨询", "complaint": "投诉与维权", "service": "客服与服务承诺",
}  # fmt: skip


def document(session: Session, name: str) -> dict[str, object]:
    """Return a named document, empty when there is none."""
    found = session.get(Document, name)
    return dict(found.body) if found else {}


def snapshot(session: Session) -> Snapshot:
    """Return the published knowledge as one immutable value."""
    policies = {name: str(value) for name, value in document(session, "policies").items()}
    topics = _topics(session)
    words = {normalise(word): topic.name for topic in topics.values() for word in (topic.name, *topic.words)}
    smalltalk = {
        name: tuple(lines)
        for name, lines in document(session, "smalltalk").items()
        if isinstance(lines, list)
    }
    return Snapshot(
        articles=MappingProxyType(_articles(session, policies)),
        topics=MappingProxyType(topics),
        words=MappingProxyType(words),
        policies=MappingProxyType(policies),
        smalltalk=MappingProxyType(smalltalk),
        categories=MappingProxyType(CATEGORIES),
        choices=choices(session),
    )


def _articles(session: Session, policies: dict[str, str]) -> dict[str, ArticleView]:
    query = (
        select(Article, Revision)
        .join(
            Revision, (Revision.article_key == Article.key) & (Revision.number == Article.published_revision)
        )
        .order_by(Article.key)
    )
    return {
        article.key: ArticleView(
            key=article.key,
            category=article.category,
            title=revision.question,
            similar=tuple(revision.similar),
            answer=fill(revision.answer, policies),
            related=tuple(revision.related),
            order_states=frozenset(revision.order_states),
            tool=revision.tool,
            revision=revision.number,
            valid_from=revision.valid_from,
            valid_to=revision.valid_to,
            variants={state: fill(text, policies) for state, text in revision.variants.items()},
        )
        for article, revision in session.execute(query)
    }


def _topics(session: Session) -> dict[str, Topic]:
    return {
        row.topic: Topic(
            row.topic,
            tuple(row.words),
            tuple(Reading(one["key"], frozenset(one.get("when") or ())) for one in row.readings),
        )
        for row in session.scalars(select(TopicRow).order_by(TopicRow.position))
    }


def choices(session: Session) -> Mapping[tuple[str, str, str], Choices]:
    """Return what customers were shown and chose, by topic, article key and order state."""
    return MappingProxyType(
        {
            (row.topic, row.key, row.order_state): Choices(row.shown, row.chosen)
            for row in session.scalars(select(ChoiceCount))
        }
    )


def count_choices(session: Session, records: Iterable[tuple[str, str, str, bool]]) -> None:
    """Add ``(topic, key, order_state, chosen)`` records; not chosen means shown."""
    for topic, key, order_state, chosen in records:
        row = session.get(ChoiceCount, (topic, key, order_state))
        if row is None:
            row = ChoiceCount(topic=topic, key=key, order_state=order_state, shown=0, chosen=0)
            session.add(row)
        if chosen:
            row.chosen += 1
        else:
            row.shown += 1
    session.flush()
