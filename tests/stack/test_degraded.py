"""With Rasa stopped, killed or hanging, customers are served all the same; nothing acknowledged is lost."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.stack.conftest import Stack, until

pytestmark = pytest.mark.stack
SOON = 2.0  # seconds


def served(stack: Stack, text: str = "发票") -> tuple[str, float]:
    """Say something as a new customer; return the kind of the reply and how long it took."""
    visitor = stack.visitor()
    began = time.monotonic()
    replies = stack.say(visitor, text)["replies"]
    return replies[-1]["kind"], time.monotonic() - began


def test_rasa_is_used_missed_and_used_again(stack: Stack, seeded: tuple[object, dict[str, str]]) -> None:
    password = seeded[1]["agent1"]
    visitor = stack.visitor()
    assert stack.say(visitor, "你好")["replies"]
    (turn,) = stack.trace(visitor, password)
    assert (turn["degraded"], turn["intent"]) == (False, "greet")

    assert stack.bot is not None
    stack.bot.send_signal(signal.SIGSTOP)  # it hangs: neither answers nor refuses
    for _ in range(3):
        kind, seconds = served(stack)
        assert kind == "clarify"
        assert seconds < SOON
    assert served(stack, "转人工")[0] == "handoff"
    until(lambda: stack.bot_state() == "down")
    stack.bot.send_signal(signal.SIGCONT)
    until(lambda: stack.bot_state() == "ok")

    stack.kill("bot")
    kind, seconds = served(stack)
    assert (kind, seconds < SOON) == ("clarify", True)
    stack.start_bot()  # used again without a restart of the service
    visitor = stack.visitor()
    stack.say(visitor, "你好")
    assert stack.trace(visitor, password)[0]["degraded"] is False


def test_service_killed_between_acknowledgement_and_reply(stack: Stack) -> None:
    visitor = stack.visitor()
    assert stack.bot is not None
    stack.bot.send_signal(signal.SIGSTOP)  # holds the turn open
    acknowledged = stack.say(visitor, "发票", wait=0)
    stack.kill("service")
    stack.start_service()
    until(lambda: len(stack.messages(visitor)) >= 2, 30)
    senders = [(one["sender"], one["kind"]) for one in stack.messages(visitor)]
    assert senders == [("customer", "text"), ("bot", "clarify")]
    assert stack.messages(visitor)[0]["id"] == acknowledged["message"]["id"]


def test_sixty_four_action_turns_at_once(stack: Stack) -> None:
    visitors = [stack.visitor() for _ in range(64)]
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda visitor: stack.say(visitor, "发票", wait=20), visitors))
    assert [one["replies"][0]["kind"] for one in answers] == ["clarify"] * 64
    assert all(len(stack.messages(visitor)) == 2 for visitor in visitors)


def test_messages_in_a_burst_are_answered_in_order_and_none_is_lost(stack: Stack) -> None:
    visitor = stack.visitor()
    for text in ("我要", "退货", "昨天那单"):
        stack.say(visitor, text, wait=0)
    until(lambda: stack.messages(visitor)[-1]["sender"] != "customer", 20)
    texts = [one["content"]["text"] for one in stack.messages(visitor) if one["sender"] == "customer"]
    assert texts == ["我要", "退货", "昨天那单"]


def test_callback_is_refused_when_forged_or_late(stack: Stack) -> None:
    visitor = stack.visitor()
    turn_id = stack.say(visitor, "发票")["replies"][0]["trace_id"]
    before = stack.messages(visitor)

    def call(token: str, sender: str) -> httpx.Response:
        tracker = {
            "sender_id": sender, "slots": {}, "latest_message": {}, "events": [], "paused": False,
            "followup_action": None, "active_loop": {}, "latest_action_name": None,
        }  # fmt: skip
        body = {"next_action": "action_handoff", "sender_id": sender, "tracker": tracker, "domain": {}}
        url = f"http://127.0.0.1:{stack.action_port}/webhook"
        return httpx.post(url, params={"token": token}, json=body)

    forged = call("guess", turn_id)
    assert (forged.status_code, forged.json()["code"]) == (401, "callback_forged")
    for sender in (turn_id, "0" * 32):
        late = call(stack.action_token, sender)
        assert (late.status_code, late.json()["code"]) == (409, "turn_ended")
    assert stack.messages(visitor) == before
