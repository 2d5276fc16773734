"""What a customer sends is stored once, answered once, and bad input says clearly what is wrong."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from kefu.customers.service import identifier_hash
from kefu.dialogue import store, turn
from kefu.dialogue.underway import Pending
from tests.service.conftest import Service


def test_bare_topic_is_narrowed_then_the_click_is_answered_with_its_source(service: Service) -> None:
    visitor = service.visitor()
    (clarify,) = visitor.say("快递")
    assert clarify["kind"] == "clarify"
    keys = [option["target"]["key"] for option in clarify["content"]["options"][:5]]
    assert {"shipping.track", "shipping.courier", "shipping.not_moving"} <= set(keys)
    assert clarify["content"]["options"][-1]["target"]["kind"] == "none"
    (answer,) = visitor.click(clarify["content"]["options"][0])
    assert answer["kind"] == "answer"
    assert answer["content"]["source"]["article_key"] == keys[0]
    assert answer["content"]["source"]["revision"] == 1
    assert answer["content"]["ai_generated"] is True
    assert answer["trace_id"]


@pytest.mark.parametrize(("words", "place"), [("第二个", 1), ("2", 1), ("最后一个", -1), ("选3", 2)])
def test_option_is_chosen_by_number(service: Service, words: str, place: int) -> None:
    visitor = service.visitor()
    (clarify,) = visitor.say("发票")
    readings = clarify["content"]["options"][:-1]
    (answer,) = visitor.say(words)
    assert answer["content"]["source"]["article_key"] == readings[place]["target"]["key"]


def test_none_of_these_narrows_differently_then_hands_over_with_what_was_learned(service: Service) -> None:
    visitor = service.visitor()
    (first,) = visitor.say("退款")
    (second,) = visitor.click(first["content"]["options"][-1])
    assert second["kind"] == "clarify"
    shown = {option["target"]["key"] for option in first["content"]["options"][:-1]}
    assert shown.isdisjoint(option["target"]["key"] for option in second["content"]["options"][:-1])
    (third,) = visitor.click(second["content"]["options"][-1])
    assert third["kind"] == "handoff"
    staff = service.staff()
    brief = staff("GET", f"/desk/conversations/{third['conversation_id']}").json()["brief"]
    assert [one["outcome"].partition(":")[0] for one in brief["tried"]][:2] == ["clarify", "none_of_these"]


def test_another_batch_shows_other_readings_and_turns_nothing_down(start: Callable[..., Service]) -> None:
    visitor = start(max_options=3).visitor()
    (first,) = visitor.say("快递")
    (second,) = visitor.click(first["content"]["more"])
    (third,) = visitor.say("换一批")
    batches = [
        [
            option["target"]["key"]
            for option in shown["content"]["options"]
            if option["target"]["kind"] == "article"
        ]
        for shown in (first, second, third)
    ]
    flat = [key for batch in batches for key in batch]
    assert len(flat) == len(set(flat)) >= 7
    assert [one["content"]["options"][-1]["target"]["kind"] for one in (first, second, third)] == ["none"] * 3
    (other,) = visitor.click(third["content"]["options"][-1])
    assert other["kind"] == "clarify"
    assert set(flat).isdisjoint(option["target"]["key"] for option in other["content"]["options"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "text", "content": {"text": "好" * 2001}}, 422, "message_too_long"),
        ({"kind": "text", "content": {"text": ""}}, 422, "empty_message"),
        ({"kind": "text", "content": {"text": " \u0000\u0007\n "}}, 422, "empty_message"),
        ({"kind": "video", "content": {}}, 422, "unknown_kind"),
        ({"content": {"text": "在吗"}}, 422, "unknown_kind"),
        ({"kind": "text", "content": {"text": "在吗", "html": "<b>"}}, 422, "invalid_message"),
        ({"kind": "text", "content": "在吗"}, 422, "invalid_message"),
        ({"kind": "option", "content": {"option_id": "made-up"}}, 422, "option_unknown"),
        ({"kind": "form", "content": {"form_id": "nothing", "values": {}}}, 422, "unknown_form"),
        ({"kind": "image", "content": {"upload_id": "0" * 32}}, 404, "upload_not_found"),
        (
            {"kind": "text", "content": {"text": "在吗"}, "conversation_id": "f" * 32},
            404,
            "conversation_not_found",
        ),
    ],
)
def test_bad_messages_are_refused_and_not_stored(service: Service, body: Any, status: int, code: str) -> None:
    visitor = service.visitor()
    answer = visitor.call("POST", "/messages", json={"client_msg_id": "m1"} | body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]
    assert visitor.messages() == []


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[]", b"null", b'"text"'])
def test_invalid_json_is_a_problem(service: Service, raw: bytes) -> None:
    visitor = service.visitor()
    answer = visitor.call("POST", "/messages", content=raw)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"invalid_json", "unknown_kind", "invalid_message", "invalid_request"}


def test_control_characters_are_dropped(service: Service) -> None:
    message = service.visitor().send("text", {"text": "怎\u0000么\u200b退\u0007货"})["message"]
    assert message["content"]["text"] == "怎么\u200b退货"


def test_same_client_id_is_one_message_and_the_same_answer(service: Service) -> None:
    visitor = service.visitor()
    first = visitor.send("text", {"text": "发票"}, client_msg_id="once")
    again = visitor.send("text", {"text": "发票"}, client_msg_id="once")
    assert again == first
    assert len(visitor.messages()) == 2
    reused = visitor.try_send("text", {"text": "退货"}, client_msg_id="once")
    assert (reused.status_code, reused.json()["code"]) == (409, "client_msg_id_reused")


def test_foreign_tokens_and_conversations_are_refused(service: Service) -> None:
    mine, other = service.visitor(), service.visitor()
    other.say("你好")
    params = {"conversation_id": other.session["conversation_id"]}
    assert mine.call("GET", "/messages", params=params).status_code == 404
    for token in ("", "Bearer", "Bearer nonsense", f"Bearer {mine.token}x", "Basic abc"):
        answer = service.client.get("/api/v1/visitor/hall", headers={"Authorization": token})
        assert answer.status_code == 401
        assert answer.json()["code"] in {"token_missing", "token_invalid"}


def test_an_option_belongs_to_whom_it_was_offered_and_expires(start: Callable[..., Service]) -> None:
    service = start(option_ttl_seconds=60)
    mine, other = service.visitor(), service.visitor()
    (clarify,) = mine.say("积分")
    option = clarify["content"]["options"][0]
    stolen = other.try_send("option", {"option_id": option["id"]})
    assert stolen.json()["code"] == "option_unknown"
    forged = mine.try_send("option", {"option_id": option["id"][:-4] + "AAAA"})
    assert forged.json()["code"] == "option_unknown"
    assert other.messages() == []
    import datetime

    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5), tick=True):
        late = mine.try_send("option", {"option_id": option["id"]})
    assert (late.status_code, late.json()["code"]) == (410, "option_expired")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[点这里](javascript:alert(1))",
        "'; DROP TABLE messages; --",
        '/ask_human{"topic": "x"}',
        "/restart",
        "{{policy.service_phone}}",
        "%s%n ${jndi:ldap://x}",
    ],
)
def test_text_is_data(service: Service, text: str) -> None:
    visitor = service.visitor()
    answer = visitor.send("text", {"text": text})
    assert answer["message"]["content"]["text"] == text
    assert {reply["kind"] for reply in answer["replies"]} <= {"fallback", "clarify", "text"}
    assert answer["state"] == "bot"


def test_identity_must_be_signed(service: Service) -> None:
    user = {"external_id": "demo-signed", "identifier_hash": "0" * 64}
    answer = service.client.post("/api/v1/visitor/sessions", json={"user": user})
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_not_verified")


def test_each_inbox_has_a_secret_and_customers_of_its_own(start: Callable[..., Service]) -> None:
    service = start(inbox_secrets={"app": "a secret of the app"})
    secrets = {name: service.container.settings.secret_of_inbox(name) for name in ("web", "app", "kiosk")}
    assert secrets["app"] == "a secret of the app"
    assert len(set(secrets.values())) == 3
    for inbox in secrets:
        assert service.visitor("demo-signed", inbox=inbox).session["hall"]["orders"]
        for other, secret in secrets.items():
            user = {"external_id": "demo-signed", "identifier_hash": identifier_hash(secret, "demo-signed")}
            answer = service.client.post("/api/v1/visitor/sessions", json={"inbox": inbox, "user": user})
            assert answer.status_code == (200 if other == inbox else 401)
    web = service.visitor()
    web.say("你好")
    app = service.visitor(inbox="app", token=web.token)
    assert app.session["customer_id"] != web.session["customer_id"]
    assert app.session["history"]["items"] == []


def test_signing_in_keeps_the_anonymous_history(service: Service) -> None:
    anonymous = service.visitor()
    anonymous.say("发票")
    known = service.visitor("demo-new", token=anonymous.token)
    assert known.session["conversation_id"] == anonymous.session["conversation_id"]
    assert [message["sender"] for message in known.messages()] == ["customer", "bot"]
    assert anonymous.messages() == known.messages()


def test_events_resume_from_a_cursor_without_loss_or_doubles(service: Service) -> None:
    visitor = service.visitor()
    visitor.say("发票")
    first = visitor.call("GET", "/events").json()
    visitor.say("第一个")
    second = visitor.call("GET", "/events", params={"after": first["next_cursor"]}).json()
    seqs = [event["seq"] for event in first["items"] + second["items"] if event["type"] == "message.created"]
    assert seqs == [message["seq"] for message in visitor.messages()]
    nothing = visitor.call("GET", "/events", params={"after": second["next_cursor"]}).json()
    assert nothing == {"items": [], "next_cursor": second["next_cursor"]}


def test_too_many_messages_are_slowed_down_and_none_is_lost(start: Callable[..., Service]) -> None:
    service = start(visitor_rate_burst=5, visitor_rate_per_second=1)
    visitor = service.visitor()
    began = time.monotonic()
    answers = [visitor.try_send("text", {"text": f"你好 {n}"}, wait=0) for n in range(12)]
    accepted = [answer for answer in answers if answer.status_code == 200]
    assert 5 <= len(accepted) <= 5 + int(time.monotonic() - began) < len(answers)
    assert {answer.json()["code"] for answer in answers if answer.status_code != 200} == {"too_many_requests"}
    stored = [message for message in visitor.messages() if message["sender"] == "customer"]
    assert len(stored) == len(accepted)


def test_pictures_are_told_by_their_bytes(start: Callable[..., Service]) -> None:
    service = start(upload_max_bytes=1000)
    visitor = service.visitor()
    program = visitor.call("POST", "/uploads", files={"file": ("cat.png", b"MZ\x90\x00" * 10)})
    assert (program.status_code, program.json()["code"]) == (422, "upload_not_a_picture")
    large = visitor.call("POST", "/uploads", files={"file": ("cat.png", b"\x89PNG\r\n\x1a\n" + b"0" * 2000)})
    assert (large.status_code, large.json()["code"]) == (413, "upload_too_large")
    good = visitor.call("POST", "/uploads", files={"file": ("cat.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100)})
    upload_id = good.json()["upload_id"]
    assert visitor.send("image", {"upload_id": upload_id})["replies"][0]["kind"] == "fallback"
    stolen = service.visitor().try_send("image", {"upload_id": upload_id})
    assert stolen.json()["code"] == "upload_not_found"


def test_unknown_address_is_a_problem_too(service: Service) -> None:
    answer = service.client.get(f"/api/v1/{uuid4().hex}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_turn_that_fails_once_is_tried_again_by_itself(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, tries = store.apply, []

    def busy_at_first(*given: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("COMMIT", {}, Exception("database is locked"))
        return written(*given)

    monkeypatch.setattr(store, "apply", busy_at_first)
    monkeypatch.setattr(turn, "RETRY_SECONDS", (0.01,))
    with capture_logs() as said:  # drawing a traceback takes longer than the turn
        [reply] = service.visitor().send("text", {"text": "怎么申请退货？"}, wait=20)["replies"]
    assert (reply["kind"], len(tries)) == ("answer", 2)
    assert [one["event"] for one in said if one["log_level"] == "error"] == ["turn_failed"]


async def test_a_callback_that_is_cut_off_leaves_the_turn_what_it_waits_for() -> None:
    understanding: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    facts: Any = None
    callback = asyncio.ensure_future(Pending(facts, facts, understanding).decide())
    await asyncio.sleep(0)
    callback.cancel()
    with pytest.raises(asyncio.CancelledError):
        await callback
    assert not understanding.cancelled()
