"""Whole sets through a scripted service."""

from collections.abc import AsyncIterator

import pytest

from kefu.measure.cases import Plan
from kefu.measure.report import document, sections
from kefu.measure.running import run
from kefu.measure.visitor import Service, ServiceFailed
from tests.measure.conftest import Write
from tests.measure.fake_service import HANDOFF, SECRET, FakeService, answer, clarify, fallback, form, text


@pytest.fixture
async def service(fake: FakeService) -> AsyncIterator[Service]:
    async with Service.at(fake.url, lambda _: SECRET) as found:
        yield found


def _silent(phase: str, share: float) -> None:
    assert phase
    assert 0 <= share <= 1


async def test_questions(fake: FakeService, service: Service, write_set: Write) -> None:
    fake.script = {
        "对": [answer("a.a", 0.9)],
        "错": [answer("a.b", 0.7)],
        "点": [clarify("a.b", "a.a")],
        "转": [HANDOFF],
    }
    cases = [{"text": said, "key": "a.a", "also": [], "style": "plain"} for said in ("对", "错", "点", "转")]
    cases.append({"text": "崩溃", "key": "a.a", "also": [], "style": "short"})
    rows = await run(service, Plan(write_set("knowledge", *cases), {}), ["knowledge"], _silent)
    assert [row.text for row in rows] == ["对", "错", "点", "转", "崩溃"]
    assert [row.ok for row in rows] == [True, False, True, False, False]
    overall = sections(rows)["knowledge"].overall
    counts = {name: figure.count for name, figure in overall.items() if figure.count}
    assert counts == {
        "within_one_click": 2, "right": 1, "one_click": 1, "wrong": 1, "handed_over": 1, "no_reply": 1,
    }  # fmt: skip
    assert sections(rows)["knowledge"].groups["short"]["right"].of == 1
    assert len({who for who, _ in fake.said}) == 5, "everybody is somebody new"
    assert len(fake.left) == 1, "whoever was queued left the queue"
    found = document(rows, await service.health(), 4)
    assert found["service"] == {"model": "m1", "index": "i1", "bot": "ok", "turns_without_bot": None}
    assert found["calibration_error"]["knowledge"] == pytest.approx((0.1 + 0.7) / 2)
    assert found["turn_ms"]["turns"] == 5


async def test_handover_and_out_of_scope(fake: FakeService, service: Service, write_set: Write) -> None:
    fake.script = {"人工": [HANDOFF], "人工费": [HANDOFF], "下雨吗": [fallback()], "招人吗": [answer("a.a")]}
    write_set(
        "handoff",
        {"text": "人工", "expect": "handoff"},
        {"text": "救命", "expect": "handoff"},
        {"text": "人工费", "expect": "no_handoff"},
        {"text": "几点上班", "expect": "no_handoff"},
    )
    directory = write_set(
        "out_of_scope", {"text": "下雨吗", "kind": "far"}, {"text": "招人吗", "kind": "near"}
    )
    found = sections(await run(service, Plan(directory, {}), ["handoff", "out_of_scope"], _silent))
    handoff = found["handoff"].overall
    assert [handoff[name].share for name in ("recall", "precision", "needless")] == [0.5, 0.5, 0.5]
    assert found["out_of_scope"].groups["near"]["answered"].share == 1.0
    assert found["out_of_scope"].groups["far"]["acceptable"].share == 1.0


async def test_typing(fake: FakeService, service: Service, write_set: Write) -> None:
    fake.suggestions = {"fp": ["a.a", "a.b"], "六个": ["b.a", "b.b", "b.c", "b.d", "b.e", "a.a"]}
    directory = write_set("typing", {"prefix": "fp", "keys": ["a.b"]}, {"prefix": "六个", "keys": ["a.a"]})
    rows = await run(service, Plan(directory, {}), ["typing"], _silent)
    assert [row.ok for row in rows] == [True, False]


async def test_dialogues(fake: FakeService, service: Service, write_set: Write) -> None:
    fake.script = {
        "快递": [clarify("a.a", "a.b")],
        "option:a.b": [answer("a.b", 1.0)],
        "option:none": [text()],
        "催": [form("urge")],
    }
    first = [
        {"user": "快递", "expect": {"kind": ["clarify"], "readings": ["a.a"]}},
        {"user": {"click": "a.b"}, "expect": {"kind": ["answer"], "key": ["a.b"]}},
        {"user": {"click": "none"}, "expect": {"kind": ["text"]}},
        {"user": {"click": "human"}, "expect": {"kind": ["handoff"]}},
    ]
    second = [
        {"user": {"click": "a.z"}, "expect": {"kind": ["answer"]}},
        {"user": "催", "expect": {"kind": ["form"], "form_id": "urge"}},
    ]
    directory = write_set(
        "dialogues",
        {"id": "one", "customer": "anonymous", "turns": first},
        {"id": "two", "customer": "paid", "turns": second},
        {"id": "three", "customer": "paid", "turns": second[1:]},
    )
    rows = await run(service, Plan(directory, {}), ["dialogues"], _silent)
    assert [(row.case, row.ok) for row in rows] == [
        ("one:1", True), ("one:2", True), ("one:3", True), ("one:4", True),
        ("two:1", False), ("two:2", True), ("three:1", True),
    ]  # fmt: skip
    overall = sections(rows)["dialogues"].overall
    assert (overall["carried_through"].count, overall["carried_through"].of) == (2, 3)
    assert overall["turns_as_expected"].count == 6
    verified = [session for session in fake.sessions if "user" in session]
    assert [session["user"]["external_id"] for session in verified] == ["demo-paid", "demo-paid"]
    assert len({session["inbox"] for session in fake.sessions}) == 3, (
        "every dialogue has a fresh conversation"
    )


async def test_who_is_asked_instead_of_answered_clicks_and_goes_on(
    fake: FakeService, service: Service, write_set: Write
) -> None:
    fake.script = {
        "快递": [clarify("a.a", "a.b")],
        "option:a.b": [answer("a.b")],
        "邮费": [clarify("a.b", "a.c")],
        "option:a.a": [answer("a.c")],
        "option:a.c": [answer("a.d")],
    }
    asked = {"user": "快递", "expect": {"kind": ["answer"], "key": ["a.b"]}}
    then = {"user": {"click": "a.a"}, "expect": {"kind": ["answer"], "key": ["a.a"]}}
    astray = {"user": "邮费", "expect": {"kind": ["answer"], "key": ["a.c"]}}
    directory = write_set(
        "dialogues",
        {"id": "one", "customer": "anonymous", "turns": [asked]},
        {"id": "two", "customer": "anonymous", "turns": [asked, then]},
        {"id": "three", "customer": "anonymous", "turns": [astray]},
    )
    rows = await run(service, Plan(directory, {}), ["dialogues"], _silent)
    assert [row.verdict for row in rows] == ["one_click", "one_click", "unexpected", "unexpected"]
    overall = sections(rows)["dialogues"].overall
    assert (overall["carried_through"].count, overall["carried_with_clicks"].count) == (0, 1)


async def test_a_session_that_is_refused_for_haste_is_tried_again(
    fake: FakeService, service: Service
) -> None:
    fake.refuse_sessions = 1
    fake.script = {"在吗": [text()]}
    assert (await (await service.open()).say("在吗")).reply("text") is not None


async def test_a_wrong_secret_ends_the_run(fake: FakeService, write_set: Write) -> None:
    turns = [{"user": "催", "expect": {"kind": ["form"]}}]
    directory = write_set("dialogues", {"id": "one", "customer": "paid", "turns": turns})
    async with Service.at(fake.url, lambda _: "another") as service:
        with pytest.raises(ServiceFailed, match="identity_not_verified"):
            await run(service, Plan(directory, {}), ["dialogues"], _silent)


async def test_nothing_there() -> None:
    async with Service.at("http://127.0.0.1:9") as service:
        with pytest.raises(ServiceFailed):
            await service.health()
