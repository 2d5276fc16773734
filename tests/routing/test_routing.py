"""Who gets whom, when: skills, priority, capacity, offers, silence, absence, business days."""

from datetime import UTC, date, datetime

import pytest

from kefu.core.errors import Conflict
from kefu.routing import hours
from kefu.routing.models import CalendarDay
from tests.routing.conftest import Desk


def test_an_offer_goes_to_the_least_busy_and_then_to_the_next(desk: Desk) -> None:
    one, two = desk.agent("1"), desk.agent("2")
    desk.presence(one, "online")
    desk.presence(two, "online")
    first = desk.queued()
    desk.route()
    assert desk.entry(first).offered_to == one
    desk.decline(first, one)
    desk.route()
    assert desk.entry(first).offered_to == two
    with pytest.raises(Conflict, match="offered_to_another"):
        desk.claim(first, one)
    desk.claim(first, two)
    second = desk.queued()
    desk.route()
    assert desk.entry(second).offered_to == one


def test_who_misses_an_offer_is_busy_and_the_next_is_asked(desk: Desk) -> None:
    one, two = desk.agent("1"), desk.agent("2")
    desk.presence(one, "online")
    first = desk.queued()
    desk.route()
    desk.presence(two, "online")
    desk.later(31)
    desk.route()
    assert desk.entry(first).offered_to == two
    second = desk.queued()
    desk.route()
    assert desk.entry(second).offered_to is None  # one question at a time
    desk.claim(first, two)
    desk.route()
    assert desk.entry(second).offered_to == two  # the first is busy until they say otherwise


def test_first_in_first_out_when_capacity_frees_up(desk: Desk) -> None:
    agent = desk.agent("1", capacity=1)
    desk.team("default", mode="direct")
    desk.presence(agent, "online")
    held, fourth, fifth = desk.queued(), desk.queued(), desk.queued()
    desk.route()
    assert desk.conversation(held).agent_id == agent
    desk.close(held)
    desk.route()
    assert desk.conversation(fourth).agent_id == agent
    assert desk.conversation(fifth).state == "queued"


def test_grave_and_vip_come_first_but_nobody_starves(desk: Desk) -> None:
    plain = desk.queued()
    desk.later(60)
    vip, danger = desk.queued(level="钻石卡"), desk.queued(priority=30)
    places = [desk.entry(one) for one in (danger, vip, plain)]
    assert [entry.ranked_at for entry in places] == sorted(entry.ranked_at for entry in places)
    desk.later(31 * 60)
    late_danger = desk.queued(priority=30)
    assert desk.entry(plain).ranked_at < desk.entry(late_danger).ranked_at


def test_a_team_is_found_by_its_skills_and_overflows(desk: Desk) -> None:
    desk.team("default", mode="direct")
    desk.team(
        "vip", mode="direct", skills={"levels": ["钻石卡"]}, overflow_to="default", overflow_seconds=100
    )
    expert, general = desk.agent("1", team="vip", capacity=1), desk.agent("2", capacity=5)
    desk.presence(expert, "online")
    desk.presence(general, "online")
    first, second = desk.queued(level="钻石卡"), desk.queued(level="钻石卡")
    desk.route()
    assert desk.conversation(first).agent_id == expert
    assert desk.conversation(second).state == "queued"
    desk.later(101)
    desk.ping(expert, general)
    desk.route()
    assert desk.conversation(second).agent_id == general


def test_the_earlier_agent_is_asked_first(desk: Desk) -> None:
    one, two = desk.agent("1"), desk.agent("2")
    desk.team("default", mode="direct")
    desk.presence(two, "online")
    first = desk.queued()
    desk.route()
    desk.close(first)
    desk.presence(one, "online")
    with desk.database.write() as session:
        from kefu.conversations import service as conversations

        again = conversations.open_for(session, desk.customer_of(first), "web")
        conversations.transition(session, again, conversations.State.BOT)
    desk.wait(again.id)
    desk.route()
    assert desk.conversation(again.id).agent_id == two


def test_conversations_of_one_who_went_away_keep_their_place(desk: Desk) -> None:
    one, two = desk.agent("1"), desk.agent("2", capacity=1)
    desk.team("default", mode="direct")
    desk.presence(one, "online")
    left = desk.queued()
    desk.route()
    desk.later(30)
    waiting = desk.queued(), desk.queued()
    desk.presence(one, "busy")
    desk.later(61)
    desk.presence(two, "online")
    desk.route()
    assert desk.conversation(left).agent_id == two
    assert desk.conversation(left).first_owner_id == one  # 首接责任
    assert [desk.conversation(one).state for one in waiting] == ["queued", "queued"]


def test_a_silent_agent_loses_the_customer_only_to_another(desk: Desk) -> None:
    one, two = desk.agent("1"), desk.agent("2")
    desk.team("default", mode="direct")
    desk.presence(one, "online")
    conversation = desk.queued()
    desk.route()
    desk.says(conversation, "在吗")
    desk.later(301)
    desk.ping(one)
    desk.route()
    assert desk.conversation(conversation).agent_id == one
    desk.presence(two, "online")
    desk.route()
    desk.route()
    assert desk.conversation(conversation).agent_id == two


def test_a_customer_who_left_is_parked_and_keeps_the_place(desk: Desk) -> None:
    agent = desk.agent("1", capacity=1)
    gone, here = desk.queued(), desk.queued()
    desk.here.discard(desk.customer_of(gone))
    desk.later(121)
    desk.route()
    assert desk.entry(gone).parked_at is not None
    desk.here.add(desk.customer_of(gone))
    desk.route()
    desk.presence(agent, "online")
    desk.route()
    assert desk.entry(gone).offered_to == agent
    assert desk.entry(here).offered_to is None


def test_a_parked_place_ends_after_a_while(desk: Desk) -> None:
    gone = desk.queued()
    desk.here.clear()
    desk.later(121)
    desk.route()
    desk.later(31 * 60)
    desk.route()
    assert desk.conversation(gone).state == "bot"
    assert "排队已为您取消" in desk.texts(gone)[-1]


def test_a_silent_customer_is_asked_reminded_and_the_conversation_closed(desk: Desk) -> None:
    agent = desk.agent("1")
    conversation = desk.queued()
    desk.claim(conversation, agent)
    desk.answers(conversation)
    for words in ("还在吗", "自动结束"):
        desk.later(301)
        desk.ping(agent)
        desk.route()
        assert words in desk.texts(conversation)[-1]
    desk.says(conversation, "在的")
    desk.answers(conversation)
    for _ in range(3):
        assert desk.conversation(conversation).state == "human"
        desk.later(301)
        desk.ping(agent)
        desk.route()
    assert desk.conversation(conversation).state == "closed"


@pytest.mark.parametrize(
    ("moment", "is_open", "reopens"),
    [
        ("2026-10-01T10:00+08:00", False, "2026-10-08T08:00"),  # a holiday
        ("2026-10-10T10:00+08:00", True, "2026-10-12T08:00"),  # a Saturday that is worked
        ("2026-10-11T10:00+08:00", False, "2026-10-12T08:00"),  # a Sunday
        ("2026-10-12T23:00+08:00", False, "2026-10-13T08:00"),
    ],
)
def test_holidays_and_make_up_days(desk: Desk, moment: str, is_open: bool, reopens: str) -> None:
    desk.settings.open_weekdays = [1, 2, 3, 4, 5]
    days = [CalendarDay(day=date(2026, 10, day), name="国庆节", open=False) for day in range(1, 8)]
    days.append(CalendarDay(day=date(2026, 10, 10), name="调休上班", open=True))
    at = datetime.fromisoformat(moment).astimezone(UTC)
    with desk.database.write() as session:
        session.add_all(days)
        session.flush()
        assert hours.is_open(session, at, desk.settings) is is_open
        found = hours.reopens_at(session, at, desk.settings)
        assert found is not None
        assert found.isoformat().startswith(reopens)


def test_estimates_are_compared_with_what_happened(desk: Desk) -> None:
    from kefu.routing.board import board

    agent = desk.agent("1", capacity=1)
    desk.presence(agent, "online")
    first = desk.queued()
    promised = desk.entry(first).eta_seconds
    assert promised is not None
    desk.later(promised + 20)
    desk.claim(first, agent)
    with desk.database.read() as session:
        estimate = board(session, desk.settings).today.estimate
    assert (estimate.measured, estimate.error_seconds, estimate.bias_seconds) == (1, 20.0, -20.0)
