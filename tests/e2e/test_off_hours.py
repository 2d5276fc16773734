"""Who asks for a person when nobody works: told when people are back, and not forgotten by them."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from kefu.core.clock import now
from kefu.routing.models import CalendarDay
from tests.e2e.conftest import Live, Pages
from tests.e2e.test_desk import sign_in
from tests.e2e.test_story import write
from tests.e2e.test_widget import SMALL, look, snap

pytestmark = pytest.mark.e2e
DAYS = 2  # closed, so that midnight in between changes nothing


def close_for_today(live: Live) -> None:
    today = now().astimezone(live.container.settings.zone).date()
    with live.container.database.write() as session:
        session.add_all(
            CalendarDay(day=today + timedelta(days=ahead), name="盘点", open=False) for ahead in range(DAYS)
        )


def open_again(live: Live) -> None:
    with live.container.database.write() as session:
        session.execute(delete(CalendarDay))


def test_who_comes_off_hours_is_called_back(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]]
) -> None:
    close_for_today(live)
    page = pages.open("/chat", SMALL)
    write(page, "包裹破了")
    page.get_by_test_id("to-human").click()
    panel = page.locator(".kf-panel--handoff")
    expect(panel).to_contain_text("现在不在人工服务时间")
    expect(panel).to_contain_text("00:00 恢复")
    expect(page.get_by_test_id("speaker")).to_have_text("客服暂不在线")
    look(page, "off-hours", otherwise="off-hours-dark-large")
    panel.get_by_role("textbox").first.fill("1381234")
    panel.get_by_role("button", name="请回电给我").click()
    told = page.get_by_text("请填写 11 位手机号")
    expect(told).to_be_visible()
    expect(told).to_have_count(0)
    panel.get_by_role("textbox").first.fill("13812345678")
    panel.get_by_role("textbox").last.fill("包裹破了，想补发一个")
    panel.get_by_role("button", name="请回电给我").click()
    expect(page.get_by_text("已登记回电 138****5678")).to_be_visible()
    look(page, "off-hours-left")
    page.get_by_role("button", name="取消排队").click()
    expect(page.get_by_text("已为您取消排队")).to_be_visible()
    page.close()

    # Nobody waits any more; the next who comes to work finds whom to call, and about what.
    open_again(live)
    desk = sign_in(pages, "agent1", seeded[1]["agent1"])
    expect(desk.get_by_role("tab", name="排队")).to_have_text("排队")
    desk.get_by_role("tab", name="回电").click()
    desk.get_by_test_id("list-callbacks").locator(".list-main").click()
    card = desk.get_by_test_id("callback")
    expect(card).to_contain_text("包裹破了，想补发一个")
    expect(card).to_contain_text("138****5678")
    snap(desk, "desk-callback")
    card.get_by_role("button", name="查看明文").click()
    expect(card).to_contain_text("13812345678")
    card.get_by_role("button", name="已联系客户").click()
    expect(card).to_have_count(0)
    expect(desk.get_by_text("没有等回电的客户")).to_be_visible()
