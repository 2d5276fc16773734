"""The whole story on both pages: vague word, readings, answer with source, a person, and back."""

import pytest
from playwright.sync_api import Page, expect

from kefu.gateway.pages import demo_link
from tests.e2e.conftest import DESKTOP, PHONE, Live, Pages

pytestmark = pytest.mark.e2e


def write(page: Page, text: str) -> None:
    page.get_by_label("输入您的问题").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("用户名", exact=True).fill("agent1")
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()


def test_from_a_vague_word_to_a_person_and_back(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]]
) -> None:
    customer = pages.open("/chat", PHONE)
    expect(customer.get_by_test_id("hall")).to_be_visible()
    write(customer, "快递")
    reading = customer.get_by_test_id("message").get_by_role("button", name="你们发货用什么快递").last
    reading.click()
    answer = customer.locator('[data-testid="message"][data-kind="answer"]').last
    expect(answer).to_contain_text("来源")
    expect(answer).to_contain_text("顺丰")

    write(customer, "我要找人工")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()

    desk = pages.open("/desk", DESKTOP)
    sign_in(desk, seeded[1]["agent1"])
    desk.get_by_test_id("queue").get_by_role("button", name="接入").first.click()
    expect(desk.get_by_test_id("brief")).to_contain_text("客户要求人工")
    expect(customer.get_by_test_id("speaker")).to_contain_text("林小溪")
    desk.get_by_label("回复客户").fill("您好，我是小溪，已看到您问的快递问题")
    desk.get_by_label("回复客户").press("Enter")
    expect(customer.get_by_text("已看到您问的快递问题")).to_be_visible()
    write(customer, "谢谢，请问能换顺丰吗")
    expect(desk.get_by_text("谢谢，请问能换顺丰吗").last).to_be_visible()


def test_nothing_is_lost_over_a_reload(pages: Pages) -> None:
    customer = pages.open("/chat", PHONE)
    write(customer, "发票")
    expect(customer.locator('[data-kind="clarify"]').last).to_be_visible()
    customer.get_by_label("输入您的问题").fill("我还没写完的")
    customer.reload()
    expect(customer.locator('[data-kind="clarify"]').last).to_be_visible()
    expect(customer.get_by_label("输入您的问题")).to_have_value("我还没写完的")


def test_known_customer_sees_the_order_that_is_probably_meant(pages: Pages, live: Live) -> None:
    customer = pages.open(demo_link(live.container, "demo-stuck"), PHONE)
    hall = customer.get_by_test_id("hall")
    expect(hall).to_contain_text("物流停滞")
    expect(hall).to_contain_text("没更新")
