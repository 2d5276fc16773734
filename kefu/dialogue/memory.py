"""The dialogue state of record, kept with the conversation; Rasa's tracker is rebuilt from it at every turn."""

from typing import Any

from pydantic import BaseModel, ConfigDict

RECENT_TURNS = 4  # as far back as Rasa's policies look
EARLIER = 3


class Offered(BaseModel):
    """An option that the customer sees: what it stands for."""

    kind: str
    key: str
    title: str


class FormState(BaseModel):
    """A form being filled. ``asked`` is the field that the last message asked for."""

    form_id: str
    values: dict[str, str] = {}
    asked: str | None = None


class Tried(BaseModel):
    """Something the bot tried, for the agent's brief."""

    question: str
    outcome: str


class Memory(BaseModel):
    """What one conversation remembers between turns.

    ``article_key`` is the article spoken of last, ``earlier`` are those before it, the latest first.
    """

    model_config = ConfigDict(extra="ignore")

    topic: str | None = None
    article_key: str | None = None
    earlier: list[str] = []
    offered: list[Offered] = []
    offered_topic: str | None = None
    rejected: list[str] = []
    more: list[str] = []
    form: FormState | None = None
    failures: int = 0
    order_no: str | None = None
    identity: str | None = None
    identity_attempts: int = 0
    verified_as: str | None = None
    verified_order: str | None = None
    recent: list[tuple[str, str]] = []
    tried: list[Tried] = []
    fragment: str = ""

    def speak_of(self, article_key: str) -> None:
        """Note which article is spoken of now."""
        before = self.article_key
        if before is not None and before != article_key:
            others = (key for key in self.earlier if key not in {before, article_key})
            self.earlier = [before, *others][:EARLIER]
        self.article_key, self.topic = article_key, article_key.partition(".")[0]

    def remember(self, question: str, outcome: str) -> None:
        """Note what was tried; the last ten are kept."""
        self.tried = [*self.tried, Tried(question=question[:200], outcome=outcome)][-10:]

    def for_bot(self) -> dict[str, Any]:
        """Return the little that Rasa's policies need."""
        slots = {"topic": self.topic, "article_key": self.article_key, "order_id": self.order_no}
        return {
            "recent": [list(pair) for pair in self.recent],
            "slots": {name: value for name, value in slots.items() if value is not None},
            "active_form": self.form.form_id if self.form else None,
        }
