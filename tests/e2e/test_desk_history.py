"""The desk with the customer's order, with a search over everything said, and with ten thousand messages."""

import json
from datetime import timedelta
from statistics import median

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from kefu.accounts.models import Staff
from kefu.conversations.models import Conversation, Message, State
from kefu.conversations.service import tell
from kefu.core.clock import new_id, now
from kefu.customers.models import Customer
from kefu.gateway.pages import demo_link
from tests.e2e.conftest import PHONE, Live, Pages
from tests.e2e.test_desk import reply, sign_in

pytestmark = pytest.mark.e2e
MANY = 10_000
SWITCHES = 12
# Clicks on a conversation in the list and returns the ms until its words are on the screen.
SWITCH = """
async ([name, words]) => {
  const row = [...document.querySelectorAll('.list-main')].find((one) => one.textContent.includes(name));
  const began = performance.now();
  row.click();
  const shown = () => document.querySelector('[data-testid="conversation"]')?.textContent.includes(words);
  while (!shown()) await new Promise(requestAnimationFrame);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}
"""


def held(live: Live, name: str, messages: int) -> str:
    """A conversation of agent1's with so many messages; the middle one speaks of a 蓝色雨伞."""
    with live.container.database.write() as session:
        agent = session.scalars(select(Staff).where(Staff.username == "agent1")).one()
        customer = Customer(inbox="web", name=name)
        session.add(customer)
        session.flush()
        conversation = Conversation(
            customer_id=customer.id, inbox="web", state=State.HUMAN, agent_id=agent.id, last_seq=messages
        )
        session.add(conversation)
        session.flush()
        began = now() - timedelta(seconds=messages)
        rows = [
            {
                "id": new_id(),
                "conversation_id": conversation.id,
                "seq": seq,
                "sender": "agent" if seq % 2 else "customer",
                "kind": "text",
                "content": {
                    "text": "上次说的蓝色雨伞"
                    if seq == messages // 2
                    else f"{name}的第 {seq} 句话。" * (1 + seq % 4)
                },
                "created_at": began + timedelta(seconds=seq),
            }
            for seq in range(1, messages + 1)
        ]
        session.execute(insert(Message), rows)
        tell(session, conversation, "会话继续")  # what is told is what makes an open desk look again
        return conversation.id


def switch_to(desk: Page, name: str, messages: int) -> float:
    milliseconds: float = desk.evaluate(SWITCH, [name, f"{name}的第 {messages} 句话"])
    return milliseconds


def test_order_tools_and_personal_data(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]]
) -> None:
    customer = pages.open(demo_link(live.container, "demo-in_transit"), PHONE)
    for text in ("发票", "人工"):
        customer.get_by_label("输入您的问题").fill(text)
        customer.get_by_role("button", name="发送", exact=True).click()
    desk = sign_in(pages, "agent1", seeded[1]["agent1"])
    desk.get_by_test_id("queue").get_by_role("button", name="接入").click()
    expect(customer.get_by_test_id("speaker")).to_contain_text("林小溪")

    # What the bot can do with the order, the agent does; the customer reads what came of it.
    orders = desk.get_by_test_id("orders")
    orders.get_by_role("button", name="催单").first.click()
    desk.get_by_role("dialog").get_by_role("button", name="提交催单").click()
    expect(desk.get_by_text("已受理", exact=False).first).to_be_visible()

    # A telephone number in the customer's words is veiled until somebody looks.
    customer.get_by_label("输入您的问题").fill("请打 13812345678 找我")
    customer.get_by_role("button", name="发送", exact=True).click()
    said = desk.get_by_test_id("conversation").locator(".msg--customer").last
    expect(said).to_contain_text("请打 138****5678 找我")
    said.get_by_role("button", name="查看明文").click()
    expect(said).to_contain_text("13812345678")
    reply(desk, "好的，下午给您去电")
    expect(customer.get_by_text("下午给您去电")).to_be_visible()
    expect(customer.get_by_text("13812345678")).to_be_visible()


def test_ten_thousand_messages_and_a_search_across_conversations(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]]
) -> None:
    desk = sign_in(pages, "agent1", seeded[1]["agent1"])
    held(live, "赵大海", MANY)
    held(live, "钱小满", 60)
    desk.get_by_role("tab", name="我的").click()
    expect(desk.get_by_test_id("list-mine").locator(".list-main")).to_have_count(2)
    first = [switch_to(desk, "赵大海", MANY), switch_to(desk, "钱小满", 60)]
    again = [
        switch_to(desk, name, count)
        for _ in range(SWITCHES)
        for name, count in (("赵大海", MANY), ("钱小满", 60))
    ]
    figures = {
        "first_ms": [round(one) for one in first],
        "again_median_ms": round(median(again)),
        "again_worst_ms": round(max(again)),
    }
    print(json.dumps(figures))  # noqa: T201 - shown by pytest -s: how quick a switch was

    # Of ten thousand messages those on the screen exist; the search leads to one in the middle.
    switch_to(desk, "赵大海", MANY)
    assert desk.locator(".transcript .msg").count() < 100
    desk.get_by_label("搜索会话").fill("蓝色雨伞")
    found = desk.get_by_test_id("found").locator(".list-item")
    expect(found).to_have_count(2)
    found.filter(has_text="赵大海").locator(".list-main").click()
    sought = desk.locator('.msg[data-sought="true"]')
    expect(sought).to_contain_text("上次说的蓝色雨伞")
    expect(sought).to_be_in_viewport()
    assert desk.locator(".transcript .msg").count() < 100
