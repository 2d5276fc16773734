"""What editors do to articles: write a draft, have it reviewed, publish it, go back. The caller owns the transaction."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pypinyin import lazy_pinyin
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kb_index.text import normalise, pinyin_of_normal
from kefu.core.clock import now
from kefu.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from kefu.knowledge.models import Article, Draft, ReviewNote, Revision
from kefu.knowledge.snapshot import CHANNELS, POLICY

LONGEST_QUESTION, MOST_SIMILAR, LONGEST_ANSWER = 200, 500, 5000
KEY = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_KEY_WORD = re.compile(r"[^a-z0-9]+")


class Body(BaseModel):
    """What an article says: the content of a draft, and of every revision."""

    model_config = ConfigDict(extra="forbid")

    question: str = ""
    similar: list[str] = []
    answer: str = ""
    variants: dict[str, str] = {}
    related: list[str] = []
    order_states: list[str] = []
    tool: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def tidied(self) -> "Body":
        """The same without empty lines, spaces around, and similar questions that occur twice."""
        question = " ".join(self.question.split())
        similar = [text for text in (" ".join(one.split()) for one in self.similar) if text]
        kept = [text for text in dict.fromkeys(similar) if text != question]
        variants = {state: text.strip() for state, text in self.variants.items() if text.strip()}
        return self.model_copy(
            update={
                "question": question,
                "similar": kept,
                "answer": self.answer.strip(),
                "variants": variants,
                "related": list(dict.fromkeys(self.related)),
                "tool": self.tool or None,
            }
        )


@dataclass(frozen=True)
class Vocabulary:
    """What an article may refer to."""

    policies: Collection[str]
    order_states: Collection[str]
    tools: Collection[str]


def search_text(question: str, similar: Iterable[str]) -> str:
    """What lists are searched in: every question, the first one also in normal form, in pinyin and as initials."""
    normal = normalise(question)
    lines = [question, *similar, normal, *pinyin_of_normal(normal)]
    return "\n".join(lines).lower()


def problems(body: Body, vocabulary: Vocabulary, known_keys: Collection[str]) -> list[FieldError]:
    """Return everything that keeps a body from being published."""
    found: list[FieldError] = []
    if not 2 <= len(body.question) <= LONGEST_QUESTION:
        found.append(FieldError("question", f"标准问法需要 2 到 {LONGEST_QUESTION} 个字"))
    if len(body.similar) > MOST_SIMILAR:
        found.append(FieldError("similar", f"相似问最多 {MOST_SIMILAR} 条"))
    found += [
        FieldError(f"similar.{at}", f"超过 {LONGEST_QUESTION} 个字")
        for at, text in enumerate(body.similar)
        if len(text) > LONGEST_QUESTION
    ]
    for field, text in (("answer", body.answer), *((f"variants.{k}", v) for k, v in body.variants.items())):
        if not 10 <= len(text) <= LONGEST_ANSWER:
            found.append(FieldError(field, f"答案需要 10 到 {LONGEST_ANSWER} 个字"))
        unknown = sorted(set(POLICY.findall(text)) - set(vocabulary.policies))
        if unknown:
            found.append(FieldError(field, f"没有规则变量 {'、'.join(unknown)}"))
    strange = [state for state in body.order_states if state not in vocabulary.order_states]
    if strange:
        found.append(FieldError("order_states", f"没有订单状态 {'、'.join(strange)}"))
    found += [
        FieldError(f"variants.{key}", "没有这个订单状态或渠道")
        for key in body.variants
        if not _fits(key, vocabulary.order_states)
    ]
    missing = [key for key in body.related if key not in known_keys]
    if missing:
        found.append(FieldError("related", f"相关条目不存在：{'、'.join(missing)}"))
    if body.tool is not None and body.tool not in vocabulary.tools:
        found.append(FieldError("tool", f"没有工具 {body.tool}"))
    if body.valid_from and body.valid_to and body.valid_from > body.valid_to:
        found.append(FieldError("valid_to", "结束日期早于开始日期"))
    return found


def _fits(variant: str, order_states: Collection[str]) -> bool:
    state, sign, channel = variant.partition("@")
    return (state in order_states if state else bool(sign)) and (channel in CHANNELS if sign else True)


def check(session: Session, body: Body, vocabulary: Vocabulary) -> None:
    """Raise ``article_invalid`` naming every field that keeps the body from being published."""
    keys = set(session.scalars(select(Article.key).where(Article.key.in_(body.related))))
    found = problems(body, vocabulary, keys)
    if found:
        first = found[0]
        raise Invalid("article_invalid", "条目还不能发布", f"{first.message}。", errors=found)


def parse(body: Mapping[str, Any]) -> Body:
    """Return a body from outside, tidied. Raises ``article_malformed``."""
    try:
        return Body.model_validate(body).tidied()
    except ValidationError as error:
        fields = [FieldError(".".join(map(str, one["loc"])), "内容不符合要求") for one in error.errors()[:20]]
        raise Invalid("article_malformed", "条目内容的格式不对", errors=fields) from error


def get(session: Session, key: str) -> Article:
    """Return an article. Raises ``article_not_found``."""
    found = session.get(Article, key)
    if found is None:
        raise NotFound("article_not_found", "没有这个知识条目", "它可能刚被删除，请刷新列表。")
    return found


def revision(session: Session, key: str, number: int) -> Revision:
    """Return one revision. Raises ``revision_not_found``."""
    query = select(Revision).where(Revision.article_key == key, Revision.number == number)
    found = session.scalar(query)
    if found is None:
        raise NotFound("revision_not_found", "没有这个版本")
    return found


def body_of(row: Revision) -> Body:
    """Return what a revision says."""
    return Body(**{name: getattr(row, name) for name in Body.model_fields})


def _free_key(taken: Collection[str], category: str, question: str) -> str:
    """Return an unused key for a new article: its category, and its question in pinyin."""
    syllables = [_KEY_WORD.sub("", one.lower()) for one in lazy_pinyin(question[:12])]
    stem = f"{category}.{'_'.join(one for one in syllables if one)[:50] or 'article'}"
    numbered = (stem if at == 1 else f"{stem}_{at}" for at in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


def create(session: Session, category: str, body: Body, author_id: str, key: str | None = None) -> Draft:
    """Begin a new article as a draft. Raises ``article_exists`` for a key that is taken."""
    key = key or _free_key(set(session.scalars(select(Article.key))), category, body.question)
    if session.get(Article, key) is not None:
        raise Conflict("article_exists", "这个键已经有条目了")
    session.add(Article(key=key, category=category, published_revision=None, owner_id=author_id))
    session.flush()
    return save(session, key, body, 0, author_id)


def create_many(session: Session, rows: Iterable[tuple[str, str, Body]], author_id: str) -> int:
    """Begin new articles of (key, category, body) as drafts; those whose key is taken are left out."""
    taken = set(session.scalars(select(Article.key)))
    fresh: dict[str, tuple[str, Body]] = {}
    for given, category, body in rows:
        key = given or _free_key(taken, category, body.question)
        if key not in taken:
            taken.add(key)
            fresh[key] = (category, body)
    if fresh:  # as rows: the unit of work costs more than all the rest
        session.execute(insert(Article), [_new(key, *found, author_id) for key, found in fresh.items()])
        drafts = (_first_draft(key, body, None, author_id) for key, (_, body) in fresh.items())
        session.execute(insert(Draft), list(drafts))
    return len(fresh)


def _new(key: str, category: str, body: Body, author_id: str) -> dict[str, Any]:
    return {
        "key": key, "category": category, "published_revision": None, "owner_id": author_id, **_listed(body),
    }  # fmt: skip


def _first_draft(key: str, body: Body, base: int | None, author_id: str) -> dict[str, Any]:
    return {
        "article_key": key, "base_revision": base, "body": body.model_dump(mode="json"), "authors": [author_id],
        "updated_by": author_id, "version": 1,
    }  # fmt: skip


def save(session: Session, key: str, body: Body, version: int, author_id: str) -> Draft:
    """Write an article's draft; ``version`` is the one that the author started from, 0 for none.

    Raises ``draft_changed`` when somebody else has written meanwhile. A draft under review has to be submitted again.
    """
    article = get(session, key)
    draft = session.get(Draft, key, with_for_update=True)
    _same_version(draft, version)
    if draft is None:
        draft = Draft(**_first_draft(key, body, article.published_revision, author_id))
        session.add(draft)
    else:
        draft.body, draft.version, draft.state = body.model_dump(mode="json"), draft.version + 1, "draft"
        draft.authors = list(dict.fromkeys([*draft.authors, author_id]))
        draft.updated_by, draft.updated_at = author_id, now()
    _touch(article, body)
    session.flush()
    return draft


def add_similar(session: Session, key: str, texts: Iterable[str], author_id: str) -> Draft:
    """Add similar questions to an article's draft, which begins with what is live where there is none."""
    article, draft = get(session, key), session.get(Draft, key)
    if draft is not None:
        body = Body.model_validate(draft.body)
    elif article.published_revision is not None:
        body = body_of(revision(session, key, article.published_revision))
    else:
        raise Conflict("not_published", "这个条目没有在线", "请先恢复它，或选择别的条目。")
    more = body.model_copy(update={"similar": [*body.similar, *texts]}).tidied()
    return save(session, key, more, draft.version if draft else 0, author_id)


def _same_version(draft: Draft | None, version: int) -> None:
    there = draft.version if draft else 0
    if there != version:
        raise Conflict(
            "draft_changed",
            "别人刚改过这个条目",
            "您的改动还在，请对照对方的改动合并后再保存。",
        )


def _touch(article: Article, body: Body) -> None:
    for name, value in _listed(body).items():
        setattr(article, name, value)


def _listed(body: Body) -> dict[str, Any]:
    """What lists know of an article."""
    return {
        "title": body.question[:200], "search_text": search_text(body.question, body.similar), "updated_at": now(),
    }  # fmt: skip


def _draft(session: Session, key: str, version: int) -> Draft:
    draft = session.get(Draft, key, with_for_update=True)
    if draft is None:
        raise Conflict("no_draft", "没有待处理的草稿", "它可能刚被发布或放弃，请刷新。")
    _same_version(draft, version)
    return draft


def discard(session: Session, key: str, version: int) -> None:
    """Throw the draft away; an article that was never published goes with it."""
    draft = _draft(session, key, version)
    session.delete(draft)
    article = get(session, key)
    if article.published_revision is not None:
        _touch(article, body_of(revision(session, key, article.published_revision)))
    elif session.scalar(select(Revision.id).where(Revision.article_key == key).limit(1)) is None:
        for step in session.scalars(select(ReviewNote).where(ReviewNote.article_key == key)):
            session.delete(step)
        session.flush()
        session.delete(article)
    session.flush()


def submit(
    session: Session, key: str, version: int, text: str, author_id: str, vocabulary: Vocabulary
) -> Draft:
    """Ask for a review. Raises ``article_invalid`` when the draft could not be published as it is."""
    draft = _draft(session, key, version)
    check(session, Body.model_validate(draft.body), vocabulary)
    draft.state = "review"
    note(session, key, "submit", text, author_id)
    return draft


def refuse(session: Session, key: str, version: int, text: str, reviewer_id: str) -> Draft:
    """Send a draft back to its authors with the reason."""
    draft = _reviewable(session, key, version, reviewer_id)
    draft.state = "refused"
    note(session, key, "refuse", text, reviewer_id)
    return draft


def publish(
    session: Session, key: str, version: int, text: str, reviewer_id: str, vocabulary: Vocabulary
) -> Revision:
    """Approve a draft under review: it becomes the next revision, which customers see."""
    draft = _reviewable(session, key, version, reviewer_id)
    body = Body.model_validate(draft.body)
    check(session, body, vocabulary)
    row = _append_revision(session, key, body, draft.updated_by, reviewer_id)
    article = get(session, key)
    article.published_revision = row.number
    _touch(article, body)
    session.delete(draft)
    note(session, key, "publish", text, reviewer_id, row.number)
    return row


def _append_revision(
    session: Session, key: str, body: Body, author_id: str, approved_by: str | None
) -> Revision:
    last = session.scalar(select(func.max(Revision.number)).where(Revision.article_key == key)) or 0
    fields = {name: getattr(body, name) for name in Body.model_fields}
    row = Revision(article_key=key, number=last + 1, author_id=author_id, approved_by=approved_by, **fields)
    session.add(row)
    session.flush()
    return row


def _reviewable(session: Session, key: str, version: int, reviewer_id: str) -> Draft:
    draft = _draft(session, key, version)
    if draft.state != "review":
        raise Conflict("not_in_review", "这份草稿不在审核中", "请让作者先提交审核。")
    if reviewer_id in draft.authors:
        raise Forbidden("own_draft", "不能审核自己写的内容", "请换一位编辑或经理审核。")
    return draft


def rollback(session: Session, key: str, number: int, text: str, author_id: str) -> Revision:
    """Let customers see an earlier revision again; drafts stay as they are."""
    article, row = get(session, key), revision(session, key, number)
    article.published_revision = row.number
    if session.get(Draft, key) is None:
        _touch(article, body_of(row))
    note(session, key, "rollback", text, author_id, row.number)
    return row


def withdraw(session: Session, key: str, text: str, author_id: str) -> None:
    """Take an article away from customers; its revisions stay, and rolling back brings it back."""
    article = get(session, key)
    if article.published_revision is None:
        raise Conflict("not_published", "这个条目没有在线")
    note(session, key, "withdraw", text, author_id, article.published_revision)
    article.published_revision, article.updated_at = None, now()
    session.flush()


def note(
    session: Session, key: str, kind: str, text: str, author_id: str, number: int | None = None
) -> ReviewNote:
    """Write one step of an article's history."""
    row = ReviewNote(article_key=key, kind=kind, text=text.strip(), author_id=author_id, revision=number)
    session.add(row)
    session.flush()
    return row
