"""The load client: every text once, so many at once, what counts and what does not."""

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from kefu.measure.load import Level, Order, run
from tests.measure.fake_service import FakeService, answer, serving


async def test_the_whole_service(fake: FakeService) -> None:
    fake.script = {"没有回复": []} | {f"问{n}": [answer("a.a")] for n in range(6)}
    texts = ["没有回复", *(f"问{n}" for n in range(6))]
    level = Level(at_once=3, texts=texts)
    measured = await run(Order(system="service", url=fake.url, level=level))
    assert sorted(said for _, said in fake.said) == sorted(texts)
    assert (len(measured.turns), measured.without_action, measured.failed) == (6, 1, 0)
    assert measured.seconds >= max(measured.turns) > 0
    assert len({who for who, _ in fake.said}) == 7


async def test_a_long_conversation_is_one(fake: FakeService) -> None:
    texts = [f"问{n}" for n in range(5)]
    fake.script = {text: [answer("a.a")] for text in texts}
    await run(Order(system="service", url=fake.url, level=Level(at_once=1, texts=texts, kind="long")))
    assert [said for _, said in fake.said] == texts
    assert len({who for who, _ in fake.said}) == 1


def _rasa(asked: list[tuple[str, Any]]) -> FastAPI:
    app = FastAPI()

    @app.post("/conversations/{sender}/tracker/events")
    async def events(sender: str, request: Request) -> dict[str, str]:
        asked.append((sender, [event["event"] for event in await request.json()]))
        return {}

    @app.post("/webhooks/rest/webhook")
    async def turn(request: Request) -> Any:
        body = await request.json()
        asked.append((body["sender"], body["message"]))
        if body["message"] == "坏":
            return JSONResponse({}, 500)
        return [{"text": "好的"}] if body["message"] == "动作" else []

    @app.post("/webhooks/kefu/turn")
    async def ours(request: Request) -> Any:
        if request.headers["authorization"] != "Bearer secret":
            return JSONResponse({}, 401)
        body = await request.json()
        return {"action": "action_answer_knowledge" if body["text"] == "动作" else None}

    return app


async def test_a_plain_rasa_has_its_session_begun_before_the_clock() -> None:
    asked: list[tuple[str, Any]] = []
    level = Level(at_once=1, texts=["动作", "无", "坏"])
    with serving(lambda: _rasa(asked)) as url:
        order = Order(system="plain_rasa", url=url, level=level)
        measured = await run(order)
    assert (len(measured.turns), measured.without_action, measured.failed) == (1, 1, 1)
    begun, said = asked[:3], asked[3:]
    assert all(events == ["action", "session_started", "action"] for _, events in begun)
    assert [message for _, message in said] == ["动作", "无", "坏"]
    assert {sender for sender, _ in begun} == {sender for sender, _ in said}


@pytest.mark.parametrize(("token", "counted"), [("secret", (1, 1, 0)), ("wrong", (0, 0, 2))])
async def test_our_rasa_process(token: str, counted: tuple[int, int, int]) -> None:
    level = Level(at_once=2, texts=["动作", "无"])
    with serving(lambda: _rasa([])) as url:
        order = Order(system="bot", url=url, token=token, level=level)
        measured = await run(order)
    assert (len(measured.turns), measured.without_action, measured.failed) == counted
