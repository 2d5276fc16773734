"""What is a promise, and by when: sentences as agents write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from kefu.core.settings import Settings
from kefu.promises.phrases import find
from kefu.routing.hours import Schedule
from kefu.routing.models import CalendarDay

CHINA = ZoneInfo("Asia/Shanghai")
SAID = datetime(2026, 11, 18, 10, 0, tzinfo=CHINA)  # a Wednesday
HOLIDAY = CalendarDay(day=date(2026, 11, 20), name="店庆", open=False)
SCHEDULE = Schedule(Settings(opens_at=time(8), closes_at=time(22)), {HOLIDAY.day: HOLIDAY})


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("您放心，我们会在24小时内回复您。", "11-19 10:00"),
        ("请您耐心等待，专员会在 48 小时之内联系您", "11-20 10:00"),
        ("我明天上午给您回电", "11-19 12:00"),
        ("我明天下午三点半给您打电话联系您", "11-19 15:30"),
        ("半小时内给您答复", "11-18 10:30"),
        ("我去核实一下，十分钟后回复您", "11-18 10:10"),
        ("三天内一定给您处理好", "11-21 10:00"),
        ("仓库今天下班前会给您补发", "11-18 22:00"),
        ("今晚八点前我联系您", "11-18 20:00"),
        ("财务会在3个工作日内给您退款", "11-24 22:00"),  # Friday is a holiday, then the weekend
        ("我已经通知仓库了，明天寄出", "11-19 22:00"),
        ("下周一上午给您回复", "11-23 12:00"),
        ("这个我周五之前给您反馈", "11-20 23:59"),
        ("12月1日前一定给您发货", "12-01 22:00"),
        ("好的，一刻钟内回复您", "11-18 10:15"),
    ],
)
def test_a_promise_and_its_time(text: str, due: str) -> None:
    (found,) = find(text, SAID.astimezone(UTC), SCHEDULE)
    assert found.due_at.astimezone(CHINA).strftime("%m-%d %H:%M") == due


@pytest.mark.parametrize(
    "text",
    [
        "退款一般 1-3 个工作日到账",
        "请您在 24 小时内联系我们",
        "您可以明天上午再打电话给我们",
        "如果 3 天内没有收到，请联系我们处理",
        "您是昨天下单的吗？",
        "今天已经发货了",
        "我们会尽快回复您",
        "稍后给您处理",
        "需要明天上午给您回电吗？",
        "24小时内不能退款给您",
        "签收后 7 天内可以退货",
        "明天是周四",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert find(text, SAID.astimezone(UTC), SCHEDULE) == []


def test_every_sentence_promises_for_itself() -> None:
    found = find("10分钟内给您回复。换货的件我们明天上午给您寄出！", SAID.astimezone(UTC), SCHEDULE)
    assert [one.text for one in found] == ["10分钟内给您回复。", "换货的件我们明天上午给您寄出！"]
