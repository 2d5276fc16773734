"""The published knowledge as the dialogue reads it: immutable, in memory, replaced as a whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kb_index.text import TopicWords
from kefu.knowledge.answers import Answers

POLICY = re.compile(r"\{\{\s*policy\.(\w+)\s*\}\}")

LATER = 6  # readings further down, an article is half as much what a topic is about
HUMAN = "human"
"""The tool of an article whose answer is a person."""
PRIVACY = "privacy"
"""The tool of an article under which a customer can take along or erase what is kept of them."""


CHANNELS = {"web": "网页", "app": "App", "wechat": "微信", "miniprogram": "小程序"}
"""Where customers write from, as answers may be written for it: the names of inboxes."""


def variant_key(order_state: str, channel: str) -> str:
    """Return under which key an answer for an order state, a channel (``@app``) or both (``stuck@app``) stands."""
    return f"{order_state}@{channel}" if channel else order_state


@dataclass(frozen=True)
class ArticleView:
    """One published article, its policies filled in."""

    key: str
    category: str
    title: str
    similar: tuple[str, ...]
    answer: str
    related: tuple[str, ...]
    order_states: frozenset[str]
    tool: str | None
    revision: int
    valid_from: date | None = None
    valid_to: date | None = None
    variants: Mapping[str, str] = field(default_factory=dict)

    def answer_for(self, order_state: str | None, channel: str = "") -> str:
        """The answer for a customer: what was written for the order's state on this channel, for the state, for the channel.

        The general one where nothing was. What is true of an order matters more than where it is read.
        """
        state = order_state or ""
        wanted = (variant_key(state, channel), variant_key(state, ""), variant_key("", channel))
        return next((self.variants[key] for key in wanted if key in self.variants), self.answer)

    @property
    def hands_over(self) -> bool:
        """Whether the answer to this question is a person."""
        return self.tool == HUMAN

    def valid(self, today: date) -> bool:
        """Whether the article may be shown today."""
        return (self.valid_from is None or self.valid_from <= today) and (
            self.valid_to is None or today <= self.valid_to
        )


@dataclass(frozen=True)
class Reading:
    """One meaning of a vague topic; ``when`` names the order states that make it the likely one."""

    key: str
    when: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Topic:
    """A vague word and its readings, in the order in which they are generally likely."""

    name: str
    words: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Choices:
    """How often a reading was shown and chosen."""

    shown: int = 0
    chosen: int = 0


@dataclass(frozen=True)
class Snapshot:
    """Everything that a turn reads of the published content."""

    articles: Mapping[str, ArticleView]
    topics: Mapping[str, Topic]
    words: Mapping[str, str]
    policies: Mapping[str, str]
    smalltalk: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, str]
    choices: Mapping[tuple[str, str, str], Choices] = field(default_factory=dict)

    @cached_property
    def topic_words(self) -> TopicWords:
        """The words of all topics, ready to be found in messages."""
        return TopicWords(self.words)

    @cached_property
    def answers(self) -> Answers:
        """What the general answers say."""
        return Answers({key: one.answer for key, one in self.articles.items()})

    @cached_property
    def subjects(self) -> Mapping[str, str]:
        """What each article is about, in a word: of the topics that it is a reading of, the one it names most."""
        found: dict[str, tuple[float, str]] = {}
        for topic in self.topics.values():
            words = [one for one in (topic.name, *topic.words) if len(one) > 1]
            for place, reading in enumerate(topic.readings):
                article = self.articles.get(reading.key)
                if article is None:
                    continue
                asked = (article.title, *article.similar)
                named = sum(any(word in text for word in words) for text in asked) / (1 + place / LATER)
                if named > found.get(article.key, (0.0, ""))[0]:
                    found[article.key] = named, topic.name
        return {key: name for key, (_, name) in found.items()}


def fill(text: str, policies: Mapping[str, str]) -> str:
    """Replace every ``{{policy.name}}``. Raises ``KeyError`` for a policy that does not exist."""
    return POLICY.sub(lambda match: policies[match.group(1)], text)
