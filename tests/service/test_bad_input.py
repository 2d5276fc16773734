"""What customers get wrong, and what attackers try: a clear Chinese message, the right status, and nothing lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kefu.conversations.models import Message, Upload
from kefu.customers.models import Customer
from kefu.dialogue.models import ToolEffect
from tests.service.conftest import HAN, Json, Service, Visitor
from tests.service.test_records import PNG, upload

EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"


def refused(answer: object, status: int, code: str) -> Json:
    """The answer is this refusal, as a problem in Chinese."""
    body: Json = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, body["code"]) == (status, code)  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert HAN.search(body["title"])
    return body


def count(service: Service, table: type) -> int:
    with service.container.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_picture_of_20_mb_is_refused_and_the_conversation_goes_on(service: Service) -> None:
    visitor = service.visitor()
    body = refused(upload(visitor, PNG + b"0" * 20_000_000), 413, "upload_too_large")
    assert "10 MB" in body["detail"]
    assert count(service, Upload) == 0
    assert upload(visitor).status_code == 200
    assert visitor.say("快递")


@pytest.mark.parametrize("name", ["猫.jpg", "cat.png.exe", "cat.png"])
def test_a_renamed_program_is_no_picture(service: Service, name: str) -> None:
    body = refused(upload(service.visitor(), EXECUTABLE * 100, name), 422, "upload_not_a_picture")
    assert "JPG" in body["detail"]
    assert count(service, Upload) == 0


def test_a_form_with_missing_fields_says_which_and_keeps_the_rest(service: Service) -> None:
    visitor = service.visitor("demo-signed")
    visitor.say("帮我申请退货")
    order = visitor.session["hall"]["orders"][0]["order_no"]
    form = visitor.submit("return_request", {"order_no": order, "description": "拉链坏了"})[-1]["content"]
    fields = {one["name"]: one for one in form["fields"]}
    assert fields["reason"]["error"] == "请选择退货原因"
    assert "error" not in fields["order_no"]
    assert (fields["order_no"]["value"], fields["description"]["value"]) == (order, "拉链坏了")
    assert count(service, ToolEffect) == 0


def test_an_expired_option_asks_to_ask_again(service: Service) -> None:
    visitor = service.visitor()
    (clarify,) = visitor.say("积分")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2), tick=True):
        answer = visitor.try_send("option", {"option_id": clarify["content"]["options"][0]["id"]})
    assert "重新提问" in refused(answer, 410, "option_expired")["detail"]
    assert len(visitor.messages()) == 2


def test_a_forged_identity_opens_nothing(service: Service) -> None:
    before = count(service, Customer)
    user = {"external_id": "demo-signed", "identifier_hash": "f" * 64}
    answer = service.client.post("/api/v1/visitor/sessions", json={"user": user})
    assert "访客" in refused(answer, 401, "identity_not_verified")["detail"]
    assert count(service, Customer) == before


def sent(visitor: Visitor, number: int) -> bool:
    """Send one of the messages; whether it was taken, or else refused for coming too fast."""
    answer = visitor.try_send("text", {"text": f"第 {number} 句"}, wait=0, client_msg_id=f"m{number}")
    if answer.status_code == 200:
        return True
    assert "不会丢失" in refused(answer, 429, "too_many_requests")["detail"]
    return False


def test_of_100_messages_in_a_second_none_is_lost_or_doubled(start: Callable[..., Service]) -> None:
    """As the page does: what came too fast is sent again, under its number, until it is taken."""
    service = start(visitor_rate_burst=20, visitor_rate_per_second=5)
    visitor = service.visitor()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        taken = [sent(visitor, number) for number in range(100)]
        assert taken == [True] * 20 + [False] * 80
        for number in range(20, 100):
            while not sent(visitor, number):
                clock.shift(timedelta(seconds=4))
        assert visitor.try_send("text", {"text": "第 7 句"}, wait=0, client_msg_id="m7").status_code in {
            200,
            429,
        }
    with service.container.database.read() as session:
        query = sa.select(Message.content).where(Message.sender == "customer").order_by(Message.seq)
        said = [content["text"] for content in session.scalars(query)]
    assert said == [f"第 {number} 句" for number in range(100)]
