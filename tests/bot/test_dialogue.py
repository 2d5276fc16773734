"""Rules, stories and forms, from the state that the service sends to the callback that it gets."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_process import ActionServer, Bot

OPEN: list[dict[str, Any]] = [{"event": "slot", "name": "form_complete", "value": None}]
COMPLETE: list[dict[str, Any]] = [{"event": "slot", "name": "form_complete", "value": True}]
FORMS = {
    "我要退货": "return_request",
    "我要退款": "refund_request",
    "我要换货": "exchange_request",
    "帮我取消订单": "cancel_order",
    "帮我改一下收货地址": "change_address",
    "帮我开发票": "invoice_request",
    "帮我催一下发货": "urge",
    "我要投诉": "complaint",
    "我要验证身份": "identity",
}
ANSWERED = [["ask_knowledge", "action_answer_knowledge"]]
CLARIFIED = [["ask_knowledge", "action_clarify_topic"]]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("退款一般多久到账", "action_answer_knowledge"),
        ("快递", "action_clarify_topic"),
        ("我的快递到哪了", "action_show_logistics"),
        ("帮我查退款进度", "action_show_refund"),
        ("转人工", "action_handoff"),
        ("我要打12315", "action_handoff"),
        ("傻逼", "action_abuse"),
        ("谢谢", "action_smalltalk"),
        ("明天天气怎么样", "action_decline"),
        ("不等了", "action_leave_queue"),
        ("都不是", "action_none_of_these"),
        ("没解决", "action_not_solved"),
        ("解决了", "action_solved"),
        ("第二个", "action_choose_option"),
    ],
)
def test_rules_need_no_context(bot: Bot, actions: ActionServer, text: str, action: str) -> None:
    assert bot.turn(text)["action"] == action
    assert actions.names() == [action]


@pytest.mark.parametrize(
    ("recent", "text", "action"),
    [
        ([], "是的", "action_affirm"),
        ([], "不是", "action_deny"),
        ([], "那要多久", "action_answer_knowledge"),
        (CLARIFIED, "是的", "action_choose_option"),
        (CLARIFIED, "不是", "action_none_of_these"),
        (ANSWERED, "那要多久", "action_follow_up"),
        (ANSWERED, "不是", "action_not_solved"),
        (ANSWERED, "好的", "action_solved"),
        ([["track_parcel", "action_show_logistics"]], "那要多久", "action_follow_up"),
        (
            [["vague_topic", "action_clarify_topic"], ["choose_option", "action_choose_option"]],
            "那要多久",
            "action_follow_up",
        ),
        # Only what came last counts, and what the policies have never seen does not disturb.
        ([*ANSWERED, ["greet", "action_smalltalk"]], "不是", "action_deny"),
        (
            [["abuse", "action_abuse"], ["greet", "action_smalltalk"]] * 2 + ANSWERED,
            "那要多久",
            "action_follow_up",
        ),
        ([["gone", "action_gone"]], "是的", "action_affirm"),
    ],
)
def test_context_decides_what_yes_no_and_follow_ups_mean(
    bot: Bot, actions: ActionServer, recent: list[list[str]], text: str, action: str
) -> None:
    assert bot.turn(text, state={"recent": recent})["action"] == action
    assert actions.names() == [action]


@pytest.mark.parametrize(("text", "form"), FORMS.items())
def test_form_opens_with_one_callback(bot: Bot, actions: ActionServer, text: str, form: str) -> None:
    actions.events = {f"validate_{form}_form": OPEN}
    result = bot.turn(text)

    assert result["action"] == f"{form}_form"
    assert actions.names() == [f"validate_{form}_form"]
    assert {"event": "active_loop", "name": f"{form}_form"} in result["events"]


@pytest.mark.parametrize("text", ["质量问题", "退款一般多久到账", "转人工", "不要", "快递", "/restart"])
def test_every_message_goes_through_the_open_form(bot: Bot, actions: ActionServer, text: str) -> None:
    actions.events = {"validate_return_request_form": OPEN}
    state = {"recent": [["apply_return", "return_request_form"]], "active_form": "return_request"}
    result = bot.turn(text, state=state)

    assert actions.names() == ["validate_return_request_form"]
    assert result["action"] == "return_request_form"
    assert {"event": "active_loop", "name": None} not in result["events"]


@pytest.mark.parametrize(
    "events", [COMPLETE, [*OPEN, {"event": "active_loop", "name": None}]], ids=["complete", "left"]
)
def test_form_closes_when_the_service_says_so(
    bot: Bot, actions: ActionServer, events: list[dict[str, Any]]
) -> None:
    actions.events = {"validate_urge_form": events}
    result = bot.turn("好的", state={"active_form": "urge"})

    assert actions.names() == ["validate_urge_form"]
    assert {"event": "active_loop", "name": None} in result["events"]


def test_form_may_open_and_close_in_one_turn(bot: Bot, actions: ActionServer) -> None:
    actions.events = {"validate_urge_form": COMPLETE}
    result = bot.turn("帮我催一下发货")

    assert actions.names() == ["validate_urge_form"]
    assert {"event": "active_loop", "name": None} in result["events"]


def test_form_goes_on_in_another_process(bot: Bot, other_bot: Bot, actions: ActionServer) -> None:
    actions.events = {"validate_return_request_form": OPEN}
    bot.turn("我要退货", turn_id="t-1")
    state = {"recent": [["apply_return", "return_request_form"]], "active_form": "return_request"}
    actions.events = {"validate_return_request_form": COMPLETE}
    result = other_bot.turn("质量问题", turn_id="t-2", state=state)

    assert actions.names() == ["validate_return_request_form"] * 2
    assert {"event": "active_loop", "name": None} in result["events"]


def test_nothing_is_kept_between_turns(bot: Bot, actions: ActionServer) -> None:
    actions.events = {"validate_return_request_form": OPEN}
    bot.turn("我要退货", turn_id="same")
    actions.calls.clear()

    assert bot.turn("质量问题", turn_id="same")["action"] != "return_request_form"


def test_slots_reach_the_action_and_the_tracker_stays_small(bot: Bot, actions: ActionServer) -> None:
    bot.turn(
        "那要多久",
        state={"recent": ANSWERED * 50, "slots": {"order_id": "o-1", "unknown": 1, "form_complete": True}},
    )
    tracker = actions.calls[0]["tracker"]

    assert tracker["slots"]["order_id"] == "o-1"
    assert tracker["slots"]["form_complete"] is None
    assert "unknown" not in tracker["slots"]
    assert len(tracker["events"]) < 25


def test_unknown_form_is_left_out(bot: Bot, actions: ActionServer) -> None:
    assert bot.turn("谢谢", state={"active_form": "gone"})["action"] == "action_smalltalk"
