"""Cards and forms: what verified customers see of their orders and have done to them, once."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kefu.commerce.errors import ShopUnavailable
from kefu.commerce.models import CommerceReceipt
from kefu.commerce.ports import Command, Receipt
from tests.service.conftest import Json, Service, Visitor


def option_for(message: Json, key: str) -> Json:
    options = (
        message["content"].get("options")
        or message["content"].get("related")
        or message["content"]["actions"]
    )
    found: Json = next(one for one in options if one["target"]["key"] == key)
    return found


def readings(visitor: Visitor, word: str) -> Json:
    (clarify,) = visitor.say(word)
    assert clarify["kind"] == "clarify"
    return clarify


def test_reading_with_a_tool_shows_the_card_to_a_verified_customer(service: Service) -> None:
    visitor = service.visitor("demo-in_transit")
    (card,) = visitor.click(option_for(readings(visitor, "快递"), "shipping.track"))
    assert card["kind"] == "card"
    assert card["content"]["type"] == "logistics"
    assert card["content"]["data"]["timeline"]


def test_readings_follow_the_order_state(service: Service) -> None:
    def first(external_id: str) -> str:
        key: str = readings(service.visitor(external_id), "快递")["content"]["options"][0]["target"]["key"]
        return key

    assert first("demo-stuck") == "shipping.not_moving"
    assert first("demo-stuck") != first("demo-paid")


def test_form_is_submitted_once_with_real_effect_and_a_number(service: Service) -> None:
    visitor = service.visitor("demo-signed")
    (_, form) = visitor.click(option_for(readings(visitor, "退货"), "refund.apply_return"))
    assert form["content"]["form_id"] == "return_request"
    order_no = next(field for field in form["content"]["fields"] if field["name"] == "order_no")["value"]
    text, card = visitor.submit("return_request", {"order_no": order_no, "reason": "质量问题"})
    number = card["content"]["data"]["number"]
    assert number in text["content"]["text"]
    hall = visitor.call("GET", "/hall").json()
    assert next(one for one in hall["orders"] if one["order_no"] == order_no)["state"] == "return_requested"
    again = visitor.submit("return_request", {"order_no": order_no, "reason": "质量问题"})
    assert all(reply["kind"] != "card" for reply in again)


def test_form_says_what_is_missing(service: Service) -> None:
    visitor = service.visitor("demo-signed")
    _, form = visitor.submit("return_request", {"reason": "天气不好"})
    errors = {field["name"]: field.get("error") for field in form["content"]["fields"]}
    assert errors["order_no"]
    assert errors["reason"]


def test_form_is_filled_by_typing_and_survives_a_question_and_a_restart(
    start: Callable[..., Service],
) -> None:
    service = start()
    visitor = service.visitor("demo-paid")
    (clarify,) = visitor.say("地址")
    _, form = visitor.click(option_for(clarify, "order.modify_address"))
    assert form["content"]["form_id"] == "change_address"
    replies = visitor.say("运费怎么算？多少钱包邮？")
    assert [reply["kind"] for reply in replies][-1] == "form"
    assert any(reply["kind"] in {"answer", "clarify"} for reply in replies)

    restarted = start()
    visitor = restarted.visitor("demo-paid", token=visitor.token)
    text, card = visitor.say("浙江省杭州市西湖区文三路 100 号 5 幢")
    assert card["kind"] == "card"
    assert card["content"]["data"]["number"].startswith("DZ")
    assert "成功" in text["content"]["text"]


@pytest.mark.parametrize("question", ["质量问题运费谁出", "质量问题能退么"])
def test_a_question_is_not_taken_for_a_choice(service: Service, question: str) -> None:
    visitor = service.visitor("demo-signed")
    visitor.click(option_for(readings(visitor, "退货"), "refund.apply_return"))
    replies = visitor.say(question)
    assert replies[-1]["kind"] == "form"
    (field,) = [one for one in replies[-1]["content"]["fields"] if one["name"] == "reason"]
    assert not field.get("value")
    assert visitor.say("那行，继续")[-1]["kind"] == "form"


@pytest.mark.parametrize("words", ["算了，懒得弄了", "先不查了"])
def test_form_is_left_in_these_words_too(service: Service, words: str) -> None:
    visitor = service.visitor("demo-signed")
    visitor.click(option_for(readings(visitor, "退货"), "refund.apply_return"))
    (text,) = visitor.say(words)
    assert "已取消填写" in text["content"]["text"]


def test_form_can_be_left(service: Service) -> None:
    visitor = service.visitor("demo-paid")
    (clarify,) = visitor.say("地址")
    visitor.click(option_for(clarify, "order.modify_address"))
    (reply,) = visitor.say("算了")
    assert reply["kind"] == "text"
    assert visitor.say("发票")[0]["kind"] == "clarify"


def test_what_the_order_state_forbids_is_explained(service: Service) -> None:
    visitor = service.visitor("demo-in_transit")
    (clarify,) = visitor.say("订单")
    replies = visitor.click(option_for(clarify, "order.cancel"))
    assert "不能取消" in replies[0]["content"]["text"]
    assert all(reply["kind"] != "form" for reply in replies)


def test_what_can_be_done_instead_is_one_tap_away(service: Service) -> None:
    visitor = service.visitor("demo-in_transit")
    (clarify,) = visitor.say("订单")
    _, answer = visitor.click(option_for(clarify, "order.cancel"))
    (first, *_) = answer["content"]["related"]
    assert (first["title"], first["target"]["key"]) == ("申请退款", "tool:refund_request")
    replies = visitor.click(first)
    assert replies[-1]["kind"] == "form"
    assert replies[-1]["content"]["form_id"] == "refund_request"


def test_an_article_that_was_just_read_is_not_told_again_when_its_tool_is_refused(service: Service) -> None:
    visitor = service.visitor("demo-in_transit")
    (answer,) = visitor.say("怎么取消订单？")
    assert answer["content"]["source"]["article_key"] == "order.cancel"
    (refused,) = visitor.click(answer["content"]["related"][0])
    assert refused["kind"] == "fallback"
    assert "不能取消" in refused["content"]["text"]
    assert refused["content"]["options"][0]["target"]["key"] == "tool:refund_request"


def test_where_after_sales_is_under_way_its_progress_is_shown(service: Service) -> None:
    visitor = service.visitor("demo-refunding")
    (clarify,) = visitor.say("订单")
    notice, card = visitor.click(option_for(clarify, "order.cancel"))
    assert "正在处理" in notice["content"]["text"]
    assert (card["kind"], card["content"]["type"]) == ("card", "refund")


def test_unverified_customer_gets_the_article_with_tool_and_verification(service: Service) -> None:
    visitor = service.visitor()
    (answer,) = visitor.click(option_for(readings(visitor, "快递"), "shipping.track"))
    assert answer["kind"] == "answer"
    kinds = [(one["target"]["kind"], one["target"]["key"]) for one in answer["content"]["related"]]
    assert kinds[:2] == [("action", "tool:logistics"), ("action", "form:identity")]


def test_anonymous_customer_proves_an_order_and_goes_on(service: Service) -> None:
    order = asyncio.run(service.container.commerce.orders("demo-in_transit"))[0]
    visitor = service.visitor()
    (answer,) = visitor.click(option_for(readings(visitor, "快递"), "shipping.track"))
    _, form = visitor.click(answer["content"]["related"][0])
    assert form["content"]["form_id"] == "identity"
    wrong = visitor.submit("identity", {"order_no": order.order_no, "phone_tail": "0000"})
    assert wrong[-1]["content"]["form_id"] == "identity"
    _, card = visitor.submit("identity", {"order_no": order.order_no, "phone_tail": order.phone[-4:]})
    assert card["content"]["type"] == "logistics"
    assert card["content"]["data"]["order_no"] == order.order_no


def test_guessing_whose_order_it_is_ends_with_a_person(service: Service) -> None:
    visitor = service.visitor()
    for _ in range(2):
        visitor.submit("identity", {"order_no": "YS202611180412", "phone_tail": "0000"})
    (last,) = visitor.submit("identity", {"order_no": "YS202611180412", "phone_tail": "0001"})
    assert last["kind"] == "handoff"


def test_complaint_becomes_a_ticket(service: Service) -> None:
    visitor = service.visitor("demo-signed")
    values = {"subject": "商家", "description": "答应补发一直没有补发，也不回消息"}
    text, card = visitor.submit("complaint", values)
    assert card["content"]["type"] == "complaint"
    assert card["content"]["data"]["number"] in text["content"]["text"]


class StopsAfterPerforming:
    """A shop whose answer never arrives: the effect is had, and the service dies before it can say so."""

    def __init__(self, shop: Any) -> None:
        self._shop = shop
        self._answer: asyncio.Future[Receipt] | None = None
        self.performed = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shop, name)

    async def perform(self, command: Command, *, idempotency_key: str) -> Receipt:
        await self._shop.perform(command, idempotency_key=idempotency_key)
        self._answer = asyncio.get_running_loop().create_future()
        self.performed.set()
        return await self._answer

    def bury(self) -> None:
        """End what hangs, so that the dead service's thread can end too."""
        assert self._answer is not None
        self._answer.get_loop().call_soon_threadsafe(self._answer.cancel)


def test_a_crash_between_effect_and_reply_repeats_nothing_and_tells_the_number(
    start: Callable[..., Service],
) -> None:
    shop = StopsAfterPerforming(start().container.commerce)
    visitor = start(commerce=shop).visitor("demo-in_transit")
    order = asyncio.run(shop.orders("demo-in_transit"))[0]
    visitor.send("form", {"form_id": "urge", "values": {"order_no": order.order_no}}, wait=0)
    assert shop.performed.wait(10)

    again = start()  # takes the open turn up; the one before never comes back
    asked = Visitor(again.client, token=visitor.token)
    replies = asked.say("好的")  # waits for its turn, which runs after the one that was taken up
    card = next(one for one in asked.messages() if one["kind"] == "card")
    assert replies
    assert len([one for one in asked.messages() if one["kind"] == "card"]) == 1
    with again.container.database.read() as session:
        numbers = session.scalars(select(CommerceReceipt.number)).all()
    shop.bury()
    assert list(numbers) == [card["content"]["data"]["number"]]


class ShopAway:
    """A shop that does not answer."""

    async def orders(self, external_id: str) -> list[Any]:
        raise ShopUnavailable("商城没有响应")

    coupons = addresses = orders

    async def order(self, external_id: str, order_no: str) -> None:
        raise ShopUnavailable("商城没有响应")

    async def identify(self, order_no: str, phone_tail: str) -> str | None:
        raise ShopUnavailable("商城没有响应")

    async def perform(self, command: Command, *, idempotency_key: str) -> Receipt:
        raise ShopUnavailable("商城没有响应")


def test_a_shop_that_is_away_is_said_so_and_nothing_is_invented(start: Callable[..., Service]) -> None:
    service = start(commerce=ShopAway())
    visitor = service.visitor("demo-in_transit")
    assert visitor.session["hall"]["orders"] == []
    (reply,) = visitor.click(option_for(readings(visitor, "快递"), "shipping.track"))
    assert reply["kind"] == "fallback"
    assert "连接不上" in reply["content"]["text"]


@pytest.mark.parametrize(
    "external_id", [f"demo-{state}" for state in ("unpaid", "paid", "stuck", "signed", "refunding")]
)
def test_hall_knows_the_order_that_is_probably_meant(service: Service, external_id: str) -> None:
    hall = service.visitor(external_id).session["hall"]
    assert hall["orders"][0]["state"] == external_id.removeprefix("demo-")
    assert hall["orders"][0]["question"]
    assert 2 <= len(hall["recommendations"]) <= 4
    assert all(one["reason"] for one in hall["recommendations"])
