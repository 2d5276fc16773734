"""The desk with several people at once: a race, a transfer, a lost network, a supervisor who takes over."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, Live, Pages

pytestmark = pytest.mark.e2e


def sign_in(pages: Pages, username: str, password: str) -> Page:
    desk = pages.open("/desk", DESKTOP)
    desk.get_by_label("用户名", exact=True).fill(username)
    desk.get_by_label("密码", exact=True).fill(password)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_test_id("presence")).to_be_visible()
    return desk


def waiting_customer(pages: Pages) -> Page:
    customer = pages.open("/chat", PHONE)
    for text in ("发票", "人工"):
        customer.get_by_label("输入您的问题").fill(text)
        customer.get_by_role("button", name="发送", exact=True).click()
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    return customer


def reply(desk: Page, text: str) -> None:
    desk.get_by_label("回复客户").fill(text)
    desk.get_by_label("回复客户").press("Enter")


def test_race_transfer_lost_network_and_take_over(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]]
) -> None:
    passwords = seeded[1]
    customer = waiting_customer(pages)
    one, two = (sign_in(pages, name, passwords[name]) for name in ("agent1", "agent2"))
    for desk in (one, two):
        expect(desk.get_by_test_id("queue").get_by_role("button", name="接入")).to_be_visible()
    # Both look at the same customer; one is faster.
    two.get_by_test_id("queue").locator(".list-main").click()
    one.get_by_test_id("queue").get_by_role("button", name="接入").click()
    expect(one.get_by_test_id("collision")).to_contain_text("陈一帆")
    expect(two.get_by_role("button", name="同事接待中")).to_be_disabled()
    expect(customer.get_by_test_id("speaker")).to_contain_text("林小溪")

    # Half a sentence outlives a reload; a word said without network arrives when it is back, once.
    one.get_by_label("回复客户").fill("您好，我是小溪，")
    one.reload()
    expect(one.get_by_label("回复客户")).to_have_value("您好，我是小溪，")
    one.context.set_offline(True)
    expect(one.get_by_test_id("connection")).to_be_visible()
    reply(one, "您好，发票我来查")
    expect(one.get_by_text("发送中")).to_be_visible()
    one.context.set_offline(False)
    expect(customer.get_by_text("您好，发票我来查")).to_have_count(1)
    expect(one.get_by_text("发送中")).to_have_count(0)

    # Handed to the colleague, who accepts it; until then it stays.
    two.get_by_test_id("presence").get_by_text("在线").click()
    one.keyboard.press("Alt+t")
    one.get_by_label("转给").click()
    one.get_by_title("陈一帆 工号 1002").click()
    one.get_by_label("交接说明").fill("客户要专票")
    one.get_by_role("button", name="转 接").or_(
        one.get_by_role("button", name="转接", exact=True)
    ).last.click()
    expect(two.get_by_test_id("transfer")).to_contain_text("客户要专票")
    expect(one.get_by_label("回复客户")).to_be_visible()
    two.get_by_role("button", name="接手").click()
    reply(two, "我是一帆，专票今天寄出")
    expect(customer.get_by_text("专票今天寄出")).to_be_visible()
    expect(two.locator(".conversation-who")).to_contain_text("首接责任人 林小溪")

    # The supervisor sees it on the board, listens in and takes over.
    manager = sign_in(pages, "manager", passwords["manager"])
    manager.get_by_role("link", name="看板").click()
    manager.get_by_test_id("board").get_by_role("button", name="旁听").click()
    expect(manager.get_by_test_id("conversation").get_by_text("专票今天寄出")).to_be_visible()
    manager.get_by_role("button", name="接管").click()
    reply(manager, "我是经理，马上为您处理")
    expect(customer.get_by_text("我是经理")).to_be_visible()
    expect(two.get_by_role("button", name="同事接待中")).to_be_disabled()


def test_offer_phrase_and_wrap_up_by_keyboard(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]]
) -> None:
    desk = sign_in(pages, "agent1", seeded[1]["agent1"])
    desk.get_by_test_id("presence").get_by_text("在线").click()
    desk.get_by_role("button", name="林小溪").click()
    desk.get_by_text("常用语", exact=True).click()
    desk.get_by_role("button", name="新增常用语").click()
    desk.get_by_label("快捷码").fill("hi")
    desk.get_by_label("内容").fill("您好，我是{{agent}}，马上为您处理")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("/hi")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)

    customer = waiting_customer(pages)
    expect(desk.get_by_test_id("offer")).to_be_visible()
    desk.keyboard.press("Alt+a")
    box = desk.get_by_label("回复客户")
    expect(box).to_be_visible()
    expect(desk.get_by_test_id("offer")).to_have_count(0)
    box.fill("/nh")  # 您好 by its initials
    expect(desk.get_by_test_id("canned-menu").get_by_role("option")).to_have_count(1)
    box.press("Enter")
    expect(box).to_have_value("您好，我是林小溪，马上为您处理")
    box.press("Enter")
    expect(customer.get_by_text("我是林小溪，马上为您处理")).to_be_visible()
    desk.keyboard.press("Alt+w")
    desk.get_by_label("问题类型").click()
    desk.get_by_title("发票", exact=True).click()
    desk.get_by_text("已解决", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="结束会话").click()
    expect(desk.get_by_text("会话已结束").first).to_be_visible()
