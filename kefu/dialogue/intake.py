"""Taking in what customers send and click: check first, then one transaction; acknowledge; then the turn."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.commerce.cards import mask_phone
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Feedback, Message, Rating, State, Upload
from kefu.conversations.schemas import (
    FormMessage,
    ImageMessage,
    InboundMessage,
    OptionMessage,
    Reply,
    TextMessage,
    wire,
)
from kefu.core import outbox
from kefu.core.database import Database
from kefu.core.errors import Invalid, NotFound
from kefu.core.settings import Settings
from kefu.customers import service as customers
from kefu.dialogue import signals, store
from kefu.dialogue.brief import make_brief
from kefu.dialogue.memory import Memory
from kefu.dialogue.models import Turn
from kefu.dialogue.options import OptionSigner
from kefu.dialogue.store import Batch, Outcome
from kefu.dialogue.tools import FORMS
from kefu.dialogue.turn import Turns
from kefu.knowledge import hall
from kefu.routing import service as routing
from kefu.tickets import service as tickets
from kefu.tickets.models import TicketKind

MOST_KEPT = 10_000


@dataclass(frozen=True)
class Received:
    """What became of a message: itself, the replies that are there, and the conversation's state."""

    message: dict[str, Any]
    replies: list[dict[str, Any]]
    state: str

    def wire(self) -> dict[str, Any]:
        """The JSON object that clients receive."""
        return {"message": self.message, "replies": self.replies, "state": self.state}


@dataclass(frozen=True)
class Taken:
    """A message that is stored. ``batch`` is its turn, if that could begin at once."""

    message_id: str
    conversation_id: str
    state: str
    fresh: bool
    shown: dict[str, Any]
    batch: Batch | None
    told: tuple[dict[str, Any], ...] = ()
    """What was said to it without a turn."""
    asks: bool = False
    """Whether the bot owes it a turn."""


class Intake:
    """The customer's way in."""

    def __init__(self, database: Database, turns: Turns, signer: OptionSigner, settings: Settings) -> None:
        self._database, self._turns, self._signer, self._settings = database, turns, signer, settings
        # Customers who wait for a person or talk with one: the bot need not think ahead for them.
        self._with_people: set[str] = set()

    async def receive(self, customer_id: str, inbound: InboundMessage, wait: float) -> Received:
        """Store a message once and start its turn; with ``wait`` seconds, wait for the replies."""
        text = inbound.content.text if isinstance(inbound, TextMessage) else None
        thoughts = None
        if text is not None and customer_id not in self._with_people:
            thoughts = self._turns.foresee(text)
        taken = await asyncio.to_thread(self._store, customer_id, inbound)
        self._note_who_serves(customer_id, taken.state)
        if taken.told and not taken.asks:
            return Received(taken.shown, list(taken.told), taken.state)
        if taken.state == State.HUMAN and taken.fresh:
            return Received(taken.shown, [], taken.state)
        if taken.state != State.BOT:
            return await asyncio.to_thread(self._result, taken.message_id)
        waiter = self._turns.expect(taken.message_id) if wait > 0 else None
        self._turns.schedule(taken.conversation_id, taken.batch, thoughts)
        if waiter is None and taken.fresh:
            return Received(taken.shown, list(taken.told), taken.state)
        if waiter is not None and (outcome := await self._answered(taken, waiter, wait)) is not None:
            return Received(taken.shown, [*taken.told, *outcome.messages], outcome.conversation_state)
        return await asyncio.to_thread(self._result, taken.message_id)

    def _note_who_serves(self, customer_id: str, state: str) -> None:
        """Keep whether people have a customer; a guess at most, so that it may be forgotten at any time."""
        if len(self._with_people) >= MOST_KEPT:
            self._with_people.clear()
        if state in {State.QUEUED, State.HUMAN}:
            self._with_people.add(customer_id)
        else:
            self._with_people.discard(customer_id)

    async def _answered(self, taken: Taken, waiter: "asyncio.Future[Outcome]", wait: float) -> Outcome | None:
        """Wait for the turn of a message; None when it has not ended in time, or had ended before."""
        try:
            # Only what was sent before can have been answered before.
            if not taken.fresh and await asyncio.to_thread(self._ended, taken.message_id):
                return None
            await asyncio.wait({waiter}, timeout=wait)
            return waiter.result() if waiter.done() else None
        finally:
            self._turns.forget(taken.message_id)

    def _store(self, customer_id: str, inbound: InboundMessage) -> Taken:
        """Write a message and, where none runs, begin its turn: one transaction for both."""
        reserved: str | None = None
        try:
            with self._database.write() as session:
                customer = customers.get(session, customer_id)
                if inbound.conversation_id is not None:
                    conversations.owned(session, customer.id, inbound.conversation_id)
                shown = self._shown(session, customer.id, inbound)
                customers.saw_notice(customer, hall.privacy_version(session))
                conversation = conversations.open_for(session, customer.id, customer.inbox, lock=True)
                with_person = conversation.state == State.HUMAN
                earlier = (
                    [] if with_person else outbox.open_work(session, outbox.TURN_REQUESTED, conversation.id)
                )
                stored = conversations.receive(session, conversation, customer.id, inbound, shown)
                message, batch = stored.message, None
                # A message that came while waiting has no turn, unless it ends the wait and asks something as well.
                state = session.get_one(Conversation, message.conversation_id).state
                trigger = stored.trigger
                told: tuple[Message, ...] = ()
                if stored.fresh and state == State.QUEUED and isinstance(inbound, TextMessage):
                    told = self._while_queued(session, conversation, inbound.content.text)
                    state = conversation.state if told else state
                    if told and signals.left_with(inbound.content.text):
                        trigger = conversations.request_turn(session, conversation, message)
                if trigger is not None and not earlier and self._turns.reserve(conversation.id):
                    reserved = conversation.id
                    batch = store.open_turn(session, conversation, [(trigger, message)])
                return Taken(
                    message.id, message.conversation_id, state, stored.fresh, wire(message), batch,
                    tuple(wire(one) for one in told), trigger is not None,
                )  # fmt: skip
        except BaseException:
            if reserved is not None:
                self._turns.release(reserved)
            raise

    def _shown(self, session: Session, customer_id: str, inbound: InboundMessage) -> dict[str, Any]:
        """Check what a click, a form, a picture or a quote refers to; return what is shown of it."""
        quote = conversations.quote(session, customer_id, inbound.quote_id)
        if isinstance(inbound, OptionMessage):
            target = self._signer.read(customer_id, inbound.content.option_id)
            origin = {"origin": target.origin, "key": target.key} if target.origin else {}
            return quote | {"title": target.title} | origin
        if isinstance(inbound, FormMessage):
            if inbound.content.form_id not in FORMS:
                raise Invalid("unknown_form", "没有这个表单")
            return quote | {"title": FORMS[inbound.content.form_id].title}
        if isinstance(inbound, ImageMessage):
            upload = session.get(Upload, inbound.content.upload_id)
            if upload is None or upload.customer_id != customer_id:
                raise NotFound("upload_not_found", "没有这张图片", "请重新上传。")
        return quote

    def _while_queued(self, session: Session, conversation: Conversation, text: str) -> tuple[Message, ...]:
        """While waiting, the bot handles only the wish to leave; everything else is kept for the agent."""
        if signals.find(text) is not signals.Signal.LEAVE_QUEUE or not routing.leave(session, conversation):
            return ()
        told = "已为您取消排队。智能客服继续为您服务，需要时可以随时再转人工。"
        return (conversations.append(session, conversation, Reply("text", {"text": told})),)

    def _ended(self, message_id: str) -> bool:
        with self._database.read() as session:
            turn_id = session.get_one(Message, message_id).turn_id
            turn = session.get(Turn, turn_id) if turn_id else None
            return turn is not None and turn.state != "running"

    def _result(self, message_id: str) -> Received:
        with self._database.read() as session:
            message = session.get_one(Message, message_id)
            replies = conversations.replies_to(session, message.turn_id) if message.turn_id else []
            state = session.get_one(Conversation, message.conversation_id).state
            return Received(wire(message), [wire(reply) for reply in replies], state)

    def ask_for_human(self, customer_id: str) -> dict[str, Any]:
        """Put the customer into the queue (or say where they stand already)."""
        with self._database.write() as session:
            customer = customers.get(session, customer_id)
            conversation = conversations.open_for(session, customer.id, customer.inbox, lock=True)
            if conversation.state in {State.NEW, State.BOT}:
                memory = Memory.model_validate(conversation.memory)
                brief = make_brief(memory, signals.Signal.ASKED.value, "")
                reason = signals.Signal.ASKED.value
                told = store.queue(session, self._settings, conversation, reason, 0, brief)
                self._note_who_serves(customer_id, conversation.state)
                return {"state": conversation.state, "queue": told.content["queue"]}
            return self._queue_state(session, conversation)

    def leave_queue(self, customer_id: str) -> dict[str, Any]:
        """Take the customer out of the queue, back to the bot."""
        with self._database.write() as session:
            customer = customers.get(session, customer_id)
            conversation = conversations.open_for(session, customer.id, customer.inbox, lock=True)
            if routing.leave(session, conversation):
                told = "已为您取消排队，智能客服继续为您服务。"
                conversations.append(session, conversation, Reply("notice", {"text": told}, "system"))
            return self._queue_state(session, conversation)

    def leave_message(self, customer_id: str, phone: str, text: str) -> dict[str, Any]:
        """Note whom to call back and why; the number under which it stands is told."""
        with self._database.write() as session:
            customer = customers.get(session, customer_id)
            conversation = conversations.open_for(session, customer.id, customer.inbox, lock=True)
            ticket = tickets.open_callback(session, conversation.id) or tickets.create(
                session,
                kind=TicketKind.CALLBACK,
                customer_id=customer.id,
                conversation_id=conversation.id,
            )
            ticket.payload = ticket.payload | {"phone": phone, "text": text}
            ticket.summary = text[:500] or ticket.summary
            told = f"已登记回电 {mask_phone(phone)}，编号 {ticket.number}，客服上班后按顺序联系您。"
            conversations.append(session, conversation, Reply("notice", {"text": told}, "system"))
            return {"number": ticket.number}

    def _queue_state(self, session: Session, conversation: Conversation) -> dict[str, Any]:
        entry = routing.waiting(session, conversation.id)
        queue = routing.place(session, entry, self._settings).wire() if entry else None
        return {"state": conversation.state, "queue": queue}

    def recall(self, customer_id: str, message_id: str) -> dict[str, Any]:
        """Take an own message back from the people who serve."""
        with self._database.write() as session:
            customer = customers.get(session, customer_id)
            message = session.get(Message, message_id)
            if message is None or message.sender != "customer":
                raise NotFound("message_not_found", "没有这条消息")
            conversations.owned(session, customer.id, message.conversation_id)
            conversation = conversations.lock(session, message.conversation_id)
            within = timedelta(seconds=self._settings.recall_seconds)
            return wire(conversations.recall(session, conversation, message, within))

    def feedback(
        self, customer_id: str, message_id: str, useful: bool, reason: str, comment: str
    ) -> dict[str, Any]:
        """Record 有用 or 没用; the second 没用 in a row hands over."""
        with self._database.write() as session:
            customer = customers.get(session, customer_id)
            message = session.get(Message, message_id)
            if message is None or message.kind != "answer":
                raise NotFound("message_not_found", "没有这条答案")
            conversation = conversations.owned(session, customer.id, message.conversation_id)
            before = session.get(Feedback, message_id)
            changed = before is None or before.useful != useful
            session.merge(Feedback(message_id=message_id, useful=useful, reason=reason, comment=comment))
            outbox.emit(
                session,
                outbox.FEEDBACK_GIVEN,
                conversation_id=conversation.id,
                customer_id=customer.id,
                data={"message_id": message_id, "useful": useful},
                audience="internal",
            )
            conversation = conversations.lock(session, conversation.id)
            if changed and conversation.state == State.BOT:
                self._count_failure(session, conversation, useful)
            return {"useful": useful, "state": conversation.state}

    def _count_failure(self, session: Session, conversation: Conversation, useful: bool) -> None:
        memory = Memory.model_validate(conversation.memory)
        memory.failures = 0 if useful else memory.failures + 1
        conversation.memory = memory.model_dump()
        if memory.failures >= 2:
            brief = make_brief(memory, "not_useful", "")
            store.queue(session, self._settings, conversation, "not_useful", 0, brief)

    def rate(self, customer_id: str, conversation_id: str | None, **given: Any) -> dict[str, Any]:
        """Record how satisfied the customer was with a conversation, the newest unless one is named.

        ``given`` holds ``score``, ``resolved``, ``tags`` and ``comment``.
        """
        with self._database.write() as session:
            customer = customers.get(session, customer_id)
            if conversation_id is None:
                query = select(Conversation.id).where(Conversation.customer_id == customer.id)
                conversation_id = session.scalar(query.order_by(Conversation.created_at.desc()).limit(1))
            if conversation_id is None:
                raise NotFound("conversation_not_found", "没有可以评价的会话")
            conversations.owned(session, customer.id, conversation_id)
            session.merge(Rating(conversation_id=conversation_id, **given))
            return {"score": given["score"]}
