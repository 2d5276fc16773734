"""Running turns: one at a time per conversation, with the bot where it is there and without it where it is not."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from kefu.commerce.orders import Order
from kefu.core.clock import new_id, now
from kefu.core.database import Database
from kefu.core.errors import Conflict
from kefu.core.masking import mask
from kefu.core.settings import Settings
from kefu.dialogue import effects, store
from kefu.dialogue.brain import Brain, BrainHolder
from kefu.dialogue.decide import decide_option
from kefu.dialogue.decision import Case, Decision, Facts, Thresholds, Understanding, nothing_typed
from kefu.dialogue.effects import Effects
from kefu.dialogue.forms import submit
from kefu.dialogue.gather import Gatherer
from kefu.dialogue.memory import Memory
from kefu.dialogue.options import OptionSigner, Target
from kefu.dialogue.ports import Bot, BotReading, BotRequest, BotUnavailable, Intent
from kefu.dialogue.store import Batch, Outcome
from kefu.dialogue.underway import Clicked, Pending, Rehearsed, Thoughts, Timings

log = structlog.get_logger()
T = TypeVar("T")
RETRY_SECONDS = (0.5, 5.0, 30.0)
"""After which times a turn that failed is tried again: a database that was busy is not for long."""
REHEARSAL = "rehearsal"


class Turns:
    """The turns of this process."""

    def __init__(
        self, database: Database, brain: BrainHolder, bot: Bot, gatherer: Gatherer, effects: Effects,
        signer: OptionSigner, settings: Settings,
    ) -> None:  # fmt: skip
        self._database, self._brain, self._settings = database, brain, settings
        self._gatherer, self._effects, self._signer = gatherer, effects, signer
        self._pending: dict[str, Pending] = {}
        self._running: dict[str, object] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._again: set[str] = set()
        self._failures: dict[str, int] = {}
        self._retries: set[asyncio.TimerHandle] = set()
        self._foreseen: dict[str, Thoughts] = {}
        self._waiters: dict[str, asyncio.Future[Outcome]] = {}
        # One thread for encoding and search: two would only compete for the same cores.
        self._thinker = ThreadPoolExecutor(1, thread_name_prefix="think")
        self.bot_for: Callable[[str], Bot] = lambda _: bot
        """The bot that serves a conversation (by its id)."""
        self.on_choices: Callable[[list[tuple[str, str, str, bool]]], None] | None = None

    # --- scheduling -------------------------------------------------------------------------------------

    def foresee(self, text: str) -> Thoughts | None:
        """Think of a message while it is on its way into the database; :meth:`schedule` takes the thoughts."""
        return self._think(text, self._brain.brain) if self._brain.ready else None

    def _think(self, text: str, brain: Brain) -> Thoughts:
        submit = self._thinker.submit
        return Thoughts(brain, submit(brain.encode, text), submit(brain.understand, text))

    def reserve(self, conversation_id: str) -> bool:
        """Take a conversation whose turn the caller begins; False while one runs. Callable from any thread.

        Who reserves calls :meth:`schedule` with the turn, or :meth:`release`.
        """
        mine = object()
        return (
            self._running.setdefault(conversation_id, mine) is mine
        )  # one step: no other thread comes between

    def release(self, conversation_id: str) -> None:
        """Give a reservation back: there will be no turn of it. Callable from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended, conversation_id)

    def schedule(
        self, conversation_id: str, batch: Batch | None = None, thoughts: Thoughts | None = None
    ) -> None:
        """Run the turns that a conversation waits for; messages that arrive meanwhile join the next one.

        ``batch`` is the first of them where the caller has begun it, for which it holds the reservation, and
        ``thoughts`` are those of its text.
        """
        if batch is None and not self.reserve(conversation_id):
            self._again.add(conversation_id)
            return
        if batch is not None and thoughts is not None:
            self._foreseen[batch.turn_id] = thoughts
        task = asyncio.get_running_loop().create_task(self._run(conversation_id, batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._ended(conversation_id))

    def _ended(self, conversation_id: str) -> None:
        self._running.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.schedule(conversation_id)

    async def _run(self, conversation_id: str, batch: Batch | None) -> None:
        try:
            if batch is not None:  # begun with its message, of which it is the only one that waits
                await self._answer(batch)
                self._failures.pop(conversation_id, None)
                if conversation_id not in self._again:
                    return
            self._again.discard(conversation_id)
            while batch := await self._in_transaction(lambda s: store.begin(s, conversation_id)):
                await self._answer(batch)
                self._failures.pop(conversation_id, None)
        except Exception:
            # The trigger stays open in the outbox: the next message or the next start takes it up as well.
            log.exception("turn_failed", conversation_id=conversation_id)
            self._try_again(conversation_id)

    def _try_again(self, conversation_id: str) -> None:
        failures = self._failures.pop(conversation_id, 0)
        if failures == len(RETRY_SECONDS):
            return
        self._failures[conversation_id] = failures + 1

        def again() -> None:
            self._retries.discard(timer)
            self.schedule(conversation_id)

        timer = asyncio.get_running_loop().call_later(RETRY_SECONDS[failures], again)
        self._retries.add(timer)

    async def _answer(self, batch: Batch) -> None:
        outcome = await self._one(batch)
        for message_id in batch.message_ids:
            waiter = self._waiters.pop(message_id, None)
            if waiter is not None and not waiter.done():
                waiter.set_result(outcome)

    def resume(self) -> int:
        """Take up what a crash left open; returns how many conversations."""
        self._loop = asyncio.get_running_loop()
        with self._database.read() as session:
            conversations = store.open_conversations(session)
        for conversation_id in conversations:
            self.schedule(conversation_id)
        return len(conversations)

    def expect(self, message_id: str) -> asyncio.Future[Outcome]:
        """Return a future of the outcome of the turn that answers a message."""
        return self._waiters.setdefault(message_id, asyncio.get_running_loop().create_future())

    def forget(self, message_id: str) -> None:
        """Nobody waits for this message's turn any more."""
        self._waiters.pop(message_id, None)

    async def close(self) -> None:
        """Let running turns finish."""
        for timer in self._retries:
            timer.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._thinker.shutdown()

    async def _in_transaction(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._database.write() as session:
                return work(session)

        return await asyncio.to_thread(run)

    # --- one turn ---------------------------------------------------------------------------------------

    async def _one(self, batch: Batch) -> Outcome:
        timings = Timings()
        facts = await self._facts(batch)
        timings.mark("facts")
        if batch.interrupted is not None:
            decision, seen = Decision("effect", (), batch.memory, effect=batch.interrupted[0]), None
        elif batch.kind == "text":
            bot = self.bot_for(batch.conversation_id)
            decision, seen = await self._typed(batch, facts, timings, self._brain.brain, bot)
        else:
            decision, seen = self._clicked(batch, facts), None
        if decision.verification is not None:
            decision = await self._verify(batch, facts, decision)
        receipt = None
        if decision.effect is not None:
            decision, receipt = await self._effect(batch, facts, decision)
        timings.mark("effect")
        trace = self._trace(batch, decision, seen, timings)
        outcome = await self._in_transaction(
            lambda s: store.apply(s, self._settings, batch, decision, trace, receipt)
        )
        self._count(facts, decision)
        return outcome

    async def _facts(self, batch: Batch) -> Facts:
        memory = batch.memory
        external_id = batch.external_id or memory.verified_as
        gathered = await self._gatherer.gather(batch.customer_id, external_id)
        orders = gathered.orders
        if batch.external_id is None and orders is not None:
            orders = tuple(one for one in orders if one.order_no == memory.verified_order)
        limits = self._settings
        return Facts(
            now=now(),
            knowledge=self._brain.brain.knowledge,
            thresholds=Thresholds(
                limits.answer_threshold, limits.answer_margin, limits.decline_threshold, limits.max_options
            ),
            option=self._signer.maker(batch.customer_id),
            external_id=external_id,
            orders=orders,
            cards=gathered.cards,
            channel=batch.channel,
            meant=batch.order_no,
        )

    async def rehearse(
        self,
        said: str | Clicked,
        external_id: str | None,
        orders: tuple[Order, ...] | None = None,
        *,
        memory: Memory | None = None,
        brain: Brain | None = None,
        bot: Bot | None = None,
    ) -> Rehearsed:
        """Decide as a turn would, behind what ``memory`` holds (nothing: a first message), and keep nothing.

        ``orders`` replace the shop's; ``brain`` and ``bot`` are a candidate's in the place of those that serve.
        """
        clicked, text = isinstance(said, Clicked), said if isinstance(said, str) else ""
        content = {"option_id": said.option_id} if isinstance(said, Clicked) else {"text": said}
        batch = Batch(
            turn_id=new_id(), conversation_id="", epoch=0, customer_id=REHEARSAL, external_id=external_id,
            memory=memory or Memory(), kind="option" if clicked else "text", content=content, text=text,
            message_ids=(), triggers=(), received_at=now(),
        )  # fmt: skip
        facts = await self._facts(batch)
        if orders is not None:
            facts = replace(facts, orders=orders, external_id=REHEARSAL)
        if clicked:
            return Rehearsed(self._clicked(batch, facts), Case(nothing_typed(), batch.memory, facts))
        served = bot or self.bot_for(batch.conversation_id)
        decision, seen = await self._typed(batch, facts, Timings(), brain or self._brain.brain, served)
        return Rehearsed(decision, Case(seen, batch.memory, facts))

    async def orders_of(self, customer_id: str, external_id: str) -> tuple[Order, ...] | None:
        """Return a verified customer's orders; None when the shop does not answer."""
        return (await self._gatherer.gather(customer_id, external_id)).orders

    async def _typed(
        self, batch: Batch, facts: Facts, timings: Timings, brain: Brain, bot: Bot
    ) -> tuple[Decision, Understanding]:
        thoughts = self._foreseen.pop(batch.turn_id, None)
        if thoughts is None or thoughts.brain is not brain:
            thoughts = self._think(batch.text, brain)
        vector = await asyncio.wrap_future(thoughts.vector)
        timings.mark("encode")
        # The search runs while Rasa, in its own process, reads the message.
        search = asyncio.ensure_future(self._in_context(thoughts, batch.memory))
        pending = self._pending[batch.turn_id] = Pending(batch, facts, search, model=bot.model)
        request = BotRequest(batch.turn_id, batch.text, vector, batch.memory.for_bot())
        try:
            await self._ask(bot, pending, request)
        finally:
            # From here on a callback for this turn is late, and refused.
            del self._pending[batch.turn_id]
        timings.mark("bot")
        decision = await pending.decide()
        assert pending.decided_on is not None  # noqa: S101 - it has just been decided
        return decision, pending.decided_on

    async def _in_context(self, thoughts: Thoughts, memory: Memory) -> Understanding:
        seen = await asyncio.wrap_future(thoughts.understanding)
        if not (memory.offered or memory.article_key):  # nothing was spoken of yet
            return seen
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thinker, thoughts.brain.in_context, seen, memory)

    async def _ask(self, bot: Bot, pending: Pending, request: BotRequest) -> None:
        """Return when the bot's action has run, or when there will be none: what Rasa does after it changes nothing."""

        async def ask() -> None:
            try:
                await bot.ask(request)
            except BotUnavailable:
                pass
            finally:
                pending.decided.set()

        asked = asyncio.get_running_loop().create_task(ask())
        self._tasks.add(asked)
        asked.add_done_callback(self._tasks.discard)
        await pending.decided.wait()

    async def callback(self, turn_id: str, action: str, reading: BotReading) -> Decision:
        """The bot's action runs: decide, with what the bot found. Refused for a turn that is not under way."""
        pending = self._pending.get(turn_id)
        if pending is None:
            raise Conflict("turn_ended", "这一轮对话不存在或已结束")
        return await pending.decide(reading, action)

    def _clicked(self, batch: Batch, facts: Facts) -> Decision:
        title, memory = str(batch.content.get("title", "")), batch.memory.model_copy(deep=True)
        if batch.kind == "option":
            target: Target = self._signer.read(batch.customer_id, batch.content["option_id"])
            facts = replace(facts, meant=target.order_no or facts.meant)
            case = Case(nothing_typed(title, target.order_no), memory, facts)
            return decide_option(case, target.kind, target.key)
        case = Case(nothing_typed(title), memory, facts)
        if batch.kind == "form":
            return submit(case, batch.content["form_id"], batch.content["values"])
        return self._gatherer.picture(case)

    async def _verify(self, batch: Batch, facts: Facts, decision: Decision) -> Decision:
        """Check which order an anonymous customer owns, then go on with what they wanted."""
        return await self._gatherer.verify(batch, facts, decision, self._facts)

    async def _effect(
        self, batch: Batch, facts: Facts, decision: Decision
    ) -> tuple[Decision, dict[str, Any] | None]:
        call = decision.effect
        if call is None or facts.external_id is None:
            raise ValueError("an effect needs a verified customer")
        external_id = batch.interrupted[1] if batch.interrupted else facts.external_id
        receipt = await self._effects.have(batch.turn_id, call, external_id)
        replies = effects.tell(call, receipt, facts.option)
        outcome = "effect_failed" if "error" in receipt else "effect"
        return replace(decision, replies=replies, outcome=outcome), receipt if "number" in receipt else None

    def _trace(
        self, batch: Batch, decision: Decision, seen: Understanding | None, timings: Timings
    ) -> dict[str, Any]:
        intent: Intent | None = seen.intent if seen else None
        answers = [reply.content for reply in decision.replies if reply.kind == "answer"]
        return {
            "text": mask(batch.text),
            "kind": batch.kind,
            "model": seen.model if seen else None,
            "index": self._brain.brain.index.version,
            "degraded": batch.kind == "text" and intent is None,
            "intent": intent.name if intent else None,
            "intent_confidence": intent.confidence if intent else None,
            "action": seen.action if seen else None,
            "entities": [one | {"value": mask(str(one["value"]))} for one in (seen.entities if seen else ())],
            "signal": seen.signal.value if seen and seen.signal else None,
            "topic": seen.topic if seen else None,
            "in_domain": seen.result.in_domain if seen else None,
            "candidates": [
                {
                    "key": one.key,
                    "confidence": round(one.confidence, 4),
                    "score": round(one.score, 4),
                    "matched": one.matched,
                }
                for one in (seen.result.candidates[:5] if seen else ())
            ],
            "outcome": decision.outcome,
            "article_key": answers[0]["source"]["article_key"] if answers else None,
            "confidence": answers[0]["confidence"] if answers else None,
            "timings": timings.spans,
        }

    def _count(self, facts: Facts, decision: Decision) -> None:
        if self.on_choices is None or not (decision.shown or decision.chosen):
            return
        state = facts.focus.state.value if facts.focus else ""
        records = [(topic, key, state, False) for topic, key in decision.shown]
        if decision.chosen:
            records.append((*decision.chosen, state, True))
        self.on_choices(records)
