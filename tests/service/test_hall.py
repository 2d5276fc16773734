"""The first screen: what is offered, why, what editors settle, and how much it solves."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.service.conftest import Json, Service, Visitor


def hall_of(visitor: Visitor) -> Json:
    found: Json = visitor.call("GET", "/hall").json()
    return found


def reasons(hall: Json) -> dict[str, str]:
    return {option["target"]["key"]: option["reason"] for option in hall["recommendations"]}


def test_nothing_is_offered_twice_and_everything_has_its_reason(service: Service) -> None:
    for visitor in (service.visitor(), service.visitor("demo-stuck"), service.visitor("demo-signed")):
        hall = visitor.session["hall"]
        offered = [*hall["recommendations"], *hall["hot"]]
        offered += [option for order in hall["orders"][:1] for option in order["options"]]
        keys = [option["target"]["key"] for option in offered]
        assert len(keys) == len(set(keys))
        assert 2 <= len(hall["recommendations"]) <= 4
        assert all(option["reason"] for option in offered)


def test_the_parcel_that_does_not_move_is_asked_about_with_its_days(service: Service) -> None:
    (order, *_) = service.visitor("demo-stuck").session["hall"]["orders"]
    assert order["state"] == "stuck"
    assert "天没有更新" in order["question"]
    (under_way, *_) = service.visitor("demo-in_transit").session["hall"]["orders"]
    assert "送达" in under_way["question"]


def test_members_are_greeted_by_name_and_level(service: Service) -> None:
    service_of = {"demo-stuck": "赵丽华（银卡会员）", "demo-signed": "黄志强（金卡会员）"}
    greetings = {one: service.visitor(one).session["hall"]["greeting"] for one in service_of}
    assert [words in greetings[one] for one, words in service_of.items()] == [True, True]


def test_the_page_decides_on_the_order_and_on_what_is_offered_first(service: Service) -> None:
    orders = service.visitor("demo-stuck").session["hall"]["orders"]
    assert len(orders) >= 2
    context = {"page": "aftersale", "order_no": orders[1]["order_no"]}
    hall = service.visitor("demo-stuck", context=context).session["hall"]
    assert hall["orders"][0]["order_no"] == orders[1]["order_no"]
    assert "page" in reasons(hall).values()


@pytest.mark.parametrize(("day", "season"), [("2026-11-11", True), ("2026-09-01", False)])
def test_the_season_is_offered_in_its_time(service: Service, day: str, season: bool) -> None:
    with time_machine.travel(datetime.fromisoformat(day).replace(tzinfo=UTC), tick=True):
        assert ("season" in reasons(service.visitor().session["hall"]).values()) is season


def test_what_others_in_the_same_state_chose_is_offered(service: Service) -> None:
    visitor = service.visitor("demo-new")
    assert "popular" not in reasons(hall_of(visitor)).values()
    service.container.choices.record([("发票", "invoice.wrong_title", "", True)] * 3)
    service.container.choices.flush()
    assert reasons(hall_of(visitor))["invoice.wrong_title"] == "popular"


def settle(service: Service, who: str = "editor", **changes: Any) -> Any:
    staff = service.staff(who)
    settled = staff("GET", "/desk/hall")
    read = settled.json() if settled.status_code == 200 else {"settings": {}, "version": ""}
    body = {"settings": read["settings"] | changes, "version": read["version"]}
    return staff("PUT", "/desk/hall", json=body)


def test_editors_pin_hide_and_schedule(service: Service) -> None:
    visitor = service.visitor()
    shown = [option["target"]["key"] for option in hall_of(visitor)["hot"]]
    answer = settle(
        service,
        pinned=[
            {"key": "service.elder"},
            {"key": "service.subsidy", "from": "2020-01-01", "to": "2020-02-01"},
        ],
        hidden=[shown[0]],
        announcements=[{"text": "系统维护中", "from": "2020-01-01", "to": "2099-01-01"}],
    )
    assert answer.status_code == 200, answer.text
    hall = hall_of(visitor)
    assert hall["recommendations"][0]["target"]["key"] == "service.elder"
    assert hall["recommendations"][0]["reason"] == "pinned"
    everything = str(hall["recommendations"]) + str(hall["hot"])
    assert "service.subsidy" not in everything
    assert shown[0] not in [option["target"]["key"] for option in hall["hot"]]
    assert hall["announcement"] == "系统维护中"


def test_the_second_of_two_who_settle_it_sees_both_and_merges(service: Service) -> None:
    first, second = service.staff("editor"), service.staff("manager")
    read = first("GET", "/desk/hall").json()

    def save(staff: Any, version: str, **changes: Any) -> Any:
        return staff("PUT", "/desk/hall", json={"settings": read["settings"] | changes, "version": version})

    saved = save(first, read["version"], announcement="今晚维护").json()
    assert saved["version"] != read["version"]
    late = save(second, read["version"], greeting="欢迎光临")
    assert (late.status_code, late.json()["code"]) == (409, "hall_changed")
    theirs = second("GET", "/desk/hall").json()
    assert (theirs["settings"]["announcement"], theirs["version"]) == ("今晚维护", saved["version"])
    assert theirs["by"] == first("GET", "/auth/me").json()["user"]["name"]
    merged = save(second, theirs["version"], announcement="今晚维护", greeting="欢迎光临")
    assert merged.status_code == 200, merged.text
    hall = hall_of(service.visitor())
    assert (hall["announcement"], hall["greeting"]) == ("今晚维护", "欢迎光临")


@pytest.mark.parametrize(
    ("who", "changes", "status", "code"),
    [
        ("agent1", {"hidden": []}, 403, "not_permitted"),
        ("editor", {"pinned": [{"key": "no.such"}]}, 422, "unknown_article"),
        ("editor", {"pinned": [{"key": "service.elder", "from": "2026-02-01", "to": "2026-01-01"}]},
         422, "invalid_request"),
        ("editor", {"seasons": [{"from": "13-01", "to": "02-01", "keys": []}]}, 422, "invalid_request"),
        ("editor", {"color": "red"}, 422, "invalid_request"),
    ],
)  # fmt: skip
def test_wrong_settings_change_nothing(
    service: Service, who: str, changes: Json, status: int, code: str
) -> None:
    before = hall_of(service.visitor())
    answer = settle(service, who, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    after = hall_of(service.visitor())
    assert [one["target"] for one in after["hot"]] == [one["target"] for one in before["hot"]]


def test_the_share_that_the_hall_solves_is_measured(service: Service) -> None:
    figures = service.staff("editor")

    def now() -> Json:
        found: Json = figures("GET", "/desk/hall/figures").json()
        return found

    service.visitor()
    assert now() | {"visits": 0} == {
        "days": 7, "visits": 0, "contacted": 0, "began_on_hall": 0, "solved": 0,
        "share_solved": None, "clicks_to_answer": None,
    }  # fmt: skip
    solved = service.visitor()
    solved.click(solved.session["hall"]["hot"][0])
    useless = service.visitor()
    (answer,) = useless.click(useless.session["hall"]["hot"][0])
    useless.call("POST", f"/messages/{answer['id']}/feedback", json={"useful": False, "reason": "unclear"})
    person = service.visitor()
    person.click(person.session["hall"]["hot"][0])
    person.say("人工")
    typed = service.visitor()
    (clarify,) = typed.say("快递")
    typed.click(clarify["content"]["options"][0])
    found = now()
    assert (found["visits"], found["contacted"], found["began_on_hall"], found["solved"]) == (5, 4, 3, 1)
    assert (found["share_solved"], found["clicks_to_answer"]) == (0.25, 1)


def test_what_is_done_by_a_form_from_the_hall_is_solved_there(service: Service) -> None:
    visitor = service.visitor("demo-signed")
    order = visitor.session["hall"]["orders"][0]
    *_, form = visitor.click(order["options"][0])
    values = {"order_no": order["order_no"], "reason": "质量问题"}
    *_, card = visitor.submit(form["content"]["form_id"], values)
    assert card["content"]["data"]["number"]
    found = service.staff("manager")("GET", "/desk/hall/figures").json()
    assert (found["solved"], found["clicks_to_answer"]) == (1, 2)


def test_every_item_has_its_results(service: Service) -> None:
    editor = service.staff("editor")
    happy = service.visitor()
    service.visitor(token=happy.token)  # a page asks again when its stream stands: seen once all the same
    option = happy.session["hall"]["hot"][0]
    happy.click(option)
    unhappy = service.visitor()
    unhappy.click(unhappy.session["hall"]["hot"][0])
    unhappy.say("人工")
    items = {one["key"]: one for one in editor("GET", "/desk/hall/items").json()["items"]}
    found = items[option["target"]["key"]]
    assert (found["shown"], found["clicked"], found["solved"]) == (2, 2, 1)


def test_settings_are_looked_at_before_they_hold(service: Service) -> None:
    editor = service.staff("editor")
    settled = editor("GET", "/desk/hall").json()
    body = {
        "settings": settled["settings"] | {"announcement": "试一试", "pinned": [{"key": "service.elder"}]},
        "order_state": "stuck",
    }
    shown = editor("POST", "/desk/hall/preview", json=body).json()
    assert shown["announcement"] == "试一试"
    assert shown["recommendations"][0]["target"]["key"] == "service.elder"
    assert shown["orders"][0]["state"] == "stuck"
    assert hall_of(service.visitor())["announcement"] != "试一试"
