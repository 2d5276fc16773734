"""Training, comparing, releasing and labelling in the browser; the work runs in its own process, as in the shop."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Live, Pages
from tests.e2e.test_editing import Seeded, signed_in
from tests.e2e.test_story import write
from tests.service.test_training import candidate, serve

pytestmark = pytest.mark.e2e
SLOW = 400_000
ASKED = "烤箱门关不严实怎么办呀"


@pytest.fixture
def few(live: Live, tmp_path: Path) -> None:
    """A held-out set of one line, so that comparing takes a moment."""
    line = {"text": "发票怎么开呀", "key": "invoice.apply", "also": [], "style": "plain"}
    (tmp_path / "knowledge.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    live.container.settings.held_out_dir = tmp_path
    live.container.settings.training_niceness = 0


def test_a_candidate_is_made_and_judged_and_one_like_what_serves_needs_no_release(
    pages: Pages, live: Live, seeded: Seeded, few: None
) -> None:
    editor = signed_in(pages, seeded, "editor")
    editor.get_by_role("link", name="训练与发布").click()
    editor.get_by_role("button", name="重建索引").click()
    expect(editor.get_by_test_id("progress")).to_be_visible()
    expect(editor.get_by_role("button", name="开始训练")).to_be_disabled()
    row = editor.get_by_role("row").filter(has_text="与线上相同")
    expect(row).to_be_visible(timeout=SLOW)
    row.get_by_role("link").click()
    expect(editor.get_by_test_id("gate")).to_contain_text("与线上是同一版，不必发布")
    expect(editor.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    expect(editor.get_by_role("table", name="话的种类与得到的回复")).to_contain_text("知识")
    editor.get_by_role("button", name="用它试一试").click()
    editor.get_by_label("像客户一样输入").fill("发票怎么开")
    editor.keyboard.press("Enter")
    expect(editor.get_by_test_id("why")).to_be_visible()


def test_a_run_is_cancelled_and_another_begins_at_once(pages: Pages, seeded: Seeded, few: None) -> None:
    editor = signed_in(pages, seeded, "editor", "/desk/editor/training")
    begin, progress = editor.get_by_role("button", name="重建索引"), editor.get_by_test_id("progress")
    cancelled = editor.get_by_role("row").filter(has_text="已取消")
    for times in (1, 2):
        begin.click()
        progress.get_by_role("button", name="取消").click()
        question = editor.get_by_role("tooltip").filter(has_text="取消这次训练？")
        expect(question).to_contain_text("线上不受影响")
        question.get_by_role("button").last.click()
        expect(cancelled).to_have_count(times)
        expect(progress).to_have_count(0)
        expect(begin).to_be_enabled()
    expect(cancelled.first).to_contain_text("未做成")
    expect(editor.get_by_role("button", name="开始训练")).to_be_enabled()
    expect(editor.get_by_text("正在训练", exact=False)).to_have_count(0)


def test_a_worse_one_needs_a_manager_and_goes_back(pages: Pages, live: Live, seeded: Seeded) -> None:
    serve(live, "m1")
    run = candidate(live, "m2", passed=False)
    editor = signed_in(pages, seeded, "editor", f"/desk/editor/training/{run}")
    expect(editor.get_by_role("button", name="发布", exact=True)).to_be_disabled()

    manager = signed_in(pages, seeded, "manager", f"/desk/editor/training/{run}")
    manager.get_by_label("在变化里找").fill("第 7 个")  # every regression can be found
    expect(manager.get_by_role("row").filter(has_text="第 7 个问题")).to_contain_text("答错")
    manager.get_by_role("button", name="发布", exact=True).click()
    dialog = manager.get_by_role("dialog")
    expect(dialog).to_contain_text("没过门槛：直接答对、一次点击之内、答错")
    dialog.get_by_text("先灰度").click()
    dialog.get_by_label("破例的理由").fill("节前必须上线")
    dialog.get_by_role("button", name="开始灰度").click()
    expect(manager.get_by_text("同一个会话始终由同一个模型接待")).to_be_visible(timeout=SLOW)
    manager.get_by_role("button", name="转正或调整占比").click()
    dialog = manager.get_by_role("dialog")
    dialog.get_by_text("所有会话").click()
    dialog.get_by_label("破例的理由").fill("灰度看来没有问题")
    dialog.get_by_role("button", name="发布给所有客户").click()
    manager.get_by_role("button", name="一键退回").click()
    manager.locator(".ant-popconfirm").get_by_role("button").last.click()
    expect(manager.get_by_text("已退回", exact=True)).to_be_visible(timeout=SLOW)
    manager.get_by_role("link", name="训练与发布").first.click()
    expect(manager.get_by_role("status")).to_contain_text("m1", timeout=SLOW)


def test_two_people_label_a_real_message(pages: Pages, live: Live, seeded: Seeded) -> None:
    write(pages.open("/chat", PHONE), ASKED)
    editor = signed_in(pages, seeded, "editor")
    editor.get_by_role("link", name="留出集").click()
    item = editor.get_by_test_id("held-out").filter(has_text=ASKED)
    item.get_by_label("知识条目").fill("怎么申请退货")
    editor.get_by_text("怎么申请退货", exact=False).last.click()
    editor.keyboard.press("Escape")
    item.get_by_role("button", name="标好").click()
    expect(item).to_have_count(0)

    manager = signed_in(pages, seeded, "manager", "/desk/editor/held-out")
    manager.get_by_text("请我复核", exact=False).click()
    item = manager.get_by_test_id("held-out").filter(has_text=ASKED)
    item.get_by_label("这句话是哪一类").click()
    manager.get_by_title("不归我们管").click()
    item.get_by_label("为什么不归我们管").click()
    manager.get_by_title("与本店无关").click()
    item.get_by_role("button", name="标好").click()
    manager.get_by_text("有分歧", exact=False).click()
    item = manager.get_by_test_id("held-out").filter(has_text=ASKED)
    item.get_by_role("button", name="以此为准").first.click()
    expect(item).to_have_count(0)
