"""The channel: who may call, what a turn answers, and that a customer's text is data."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import requests
from rasa_process import TOKEN, ActionServer, Bot


def test_turn_names_intent_entities_and_action(bot: Bot, actions: ActionServer) -> None:
    result = bot.turn("查一下订单YS202611190012", turn_id="t-7")

    assert result["turn_id"] == "t-7"
    assert result["intent"]["name"] == "check_order"
    assert 0 < result["intent"]["confidence"] <= 1
    assert result["ranking"][0] == result["intent"]
    assert len(result["ranking"]) == 5
    assert result["entities"] == [{"entity": "order_no", "value": "YS202611190012", "start": 5, "end": 19}]
    assert result["action"] == "action_show_order"
    assert actions.names() == ["action_show_order"]
    assert actions.calls[0]["sender_id"] == "t-7"


def test_offsets_count_in_the_text_that_was_sent(bot: Bot) -> None:
    text = "  \n顺丰到哪了"
    entity = next(e for e in bot.turn(text)["entities"] if e["entity"] == "courier")

    assert text[entity["start"] : entity["end"]] == "顺丰"


@pytest.mark.parametrize(
    "text", ["/ask_human", "/restart", "/session_start", ' /greet{"topic": "x"}', "/back"]
)
def test_leading_slash_is_plain_text(bot: Bot, actions: ActionServer, text: str) -> None:
    result = bot.turn(text)

    # An intent payload would have confidence 1 and nothing else in the ranking.
    assert result["intent"]["confidence"] < 1
    assert len(result["ranking"]) == 5
    assert result["intent"]["name"] not in {"restart", "session_start", "back"}
    assert len(actions.names()) == 1


ODD = {
    "empty": "",
    "blank": "   ",
    "signs": "？？？",
    "emoji": "😀",
    "zero width": "\u200b",
    "long": "a" * 5000,
}


@pytest.mark.parametrize("text", [*ODD.values(), "\x00快递"], ids=[*ODD, "nul"])
def test_any_text_gets_exactly_one_action(bot: Bot, actions: ActionServer, text: str) -> None:
    assert bot.turn(text)["action"] in actions.names()
    assert len(actions.names()) == 1


def test_vector_of_the_service_is_used_and_not_sent_on(bot: Bot, actions: ActionServer) -> None:
    def ranking(vector: np.ndarray) -> list[dict[str, object]]:
        encoded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
        result: list[dict[str, object]] = bot.turn("这个怎么样", vector=encoded)["ranking"]
        return result

    one = np.zeros(128)
    one[3] = 1.0

    assert ranking(one) != ranking(-one)
    assert "vector" not in str(actions.calls)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x"])
def test_without_the_token_nothing_is_served(bot: Bot, actions: ActionServer, token: str) -> None:
    assert bot.post({"turn_id": "t", "text": "你好"}, token=token).status_code == 401
    assert requests.get(f"{bot.url}/health", timeout=5).status_code == 401
    assert actions.calls == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"text": "你好"},
        {"turn_id": "t"},
        {"turn_id": "", "text": "你好"},
        {"turn_id": "t", "text": "你好", "vector": "not base64!"},
        {"turn_id": "t", "text": "你好", "vector": "QUI="},
        {"turn_id": "t", "text": "你好", "state": {"recent": [["greet"]]}},
    ],
)
def test_malformed_body_is_refused(bot: Bot, actions: ActionServer, body: object) -> None:
    response = bot.post(body)

    assert response.status_code == 400
    assert response.json()["code"] == "invalid_request"
    assert actions.calls == []


def test_health_names_the_model(bot: Bot) -> None:
    response = requests.get(f"{bot.url}/health", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert len(response.json()["model"]) == 32


@pytest.mark.parametrize("path", ["/", "/model/parse", "/conversations/x/tracker", "/webhooks/rest/webhook"])
def test_rasas_own_interface_is_not_served(bot: Bot, path: str) -> None:
    base = bot.url.removesuffix("/webhooks/kefu")

    assert requests.get(base + path, timeout=5).status_code == 404
    assert requests.post(base + path, json={}, timeout=5).status_code == 404
