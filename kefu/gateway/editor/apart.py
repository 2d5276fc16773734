"""Keeping the held-out set apart from what is trained on, wherever editors add a question."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.bootstrap.container import Container
from kefu.knowledge.models import Article, Draft, Revision
from kefu.nlu import held_out


def require_apart(parts: Container, session: Session, texts: Sequence[str], key: str | None = None) -> None:
    """Raise ``held_out_text`` for a question that is held out, or nearly; ``key`` names the article it is for.

    What the article already has published is left alone, so that an old question never blocks new work on it.
    """
    old = _published(session, key) if key is not None else frozenset()
    held_out.refuse(session, parts.settings, [text for text in texts if text not in old])


def require_draft_apart(parts: Container, session: Session, key: str) -> None:
    """Raise ``held_out_text`` when a draft that is to go live holds such a question."""
    draft = session.get(Draft, key)
    if draft is not None:
        require_apart(parts, session, draft.body.get("similar", ()), key)


def _published(session: Session, key: str) -> frozenset[str]:
    article = session.get(Article, key)
    if article is None or article.published_revision is None:
        return frozenset()
    query = select(Revision.similar).where(
        Revision.article_key == key, Revision.number == article.published_revision
    )
    return frozenset(session.scalar(query) or ())
