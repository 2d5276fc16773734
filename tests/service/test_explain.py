"""Why the bot answered as it did: the same words while trying out, at the desk, and for the operator's command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kefu.cli.__main__ import app as commands
from kefu.dialogue.explain import Grounds, explain
from kefu.dialogue.ports import Intent
from kefu.gateway.internal.operator import operator_token
from tests.service.conftest import Service, queued, settings_for


def test_an_explanation_tells_what_was_changed_and_why(service: Service) -> None:
    found = service.staff("editor")("POST", "/console/try", json={"text": "發漂怎麼開！在線等"}).json()
    told = {(one["before"], one["after"]): one["why"] for one in found["changes"]}
    assert told["發", "发"] == "繁体改简体"
    assert told["发漂", "发票"] == "错别字、同音字改成店里的词"
    assert found["normalised"].startswith("发票怎么开")
    assert found["asking"] == ["发票怎么开"]
    assert found["tokens"][0] == "发票"


def test_a_past_turn_is_explained_at_the_desk(service: Service) -> None:
    queued(service, "我要找人工客服")
    agent = service.staff()
    row = agent("GET", "/desk/conversations", params={"state": "queued"}).json()["items"][0]["id"]
    traces = agent("GET", f"/desk/conversations/{row}").json()["trace"]
    first, second = (
        agent("GET", f"/desk/conversations/{row}/traces/{one['trace_id']}").json() for one in traces
    )
    assert (first["outcome"], first["tokens"]) == ("clarify", ["发票"])
    assert any("列出来让客户点" in line for line in first["why"])
    assert second["why"][-1] == "转人工，原因：客户要人工。"
    assert second["candidates"][0]["title"] != second["candidates"][0]["key"]
    missing = agent("GET", f"/desk/conversations/{row}/traces/nothing")
    assert missing.json()["code"] == "trace_not_found"


def test_the_operator_needs_the_data_directory(service: Service) -> None:
    ask: Callable[..., Any] = service.client.post
    body = {"text": "快递", "order_state": "stuck"}
    token = operator_token(service.container.settings)
    forged = ask("/api/v1/operator/explain", json=body, headers={"Authorization": "Bearer x"})
    assert (forged.status_code, forged.json()["code"]) == (401, "operator_only")
    found = ask("/api/v1/operator/explain", json=body, headers={"Authorization": f"Bearer {token}"})
    assert found.json()["outcome"] == "clarify"


def test_the_command_explains_without_a_service(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATA_DIR": service.container.settings.data_dir,
        "ENCODER": "hash",
        "PORT": 9,
    }.items():
        monkeypatch.setenv(f"KEFU_{name}", str(value))
    shown = CliRunner().invoke(commands, ["explain", "優惠卷怎么用"])
    assert shown.exit_code == 0, shown.output
    for words in ("“惠卷”→“惠券”", "机器人没有参与", "阈值", "决定", "为什么"):
        assert words in shown.output
    as_json = CliRunner().invoke(commands, ["explain", "--json", "优惠券"])
    assert '"normalised": "优惠券"' in as_json.output
    assert CliRunner().invoke(commands, ["explain", "x", "--order-state", "nowhere"]).exit_code == 1


def test_the_bots_part_is_told_when_it_took_part(tmp_path: Path) -> None:
    limits = settings_for(tmp_path)
    click = explain(Grounds("查物流", "card:logistics", typed=False), limits)
    assert click.why == ["客户点了“查物流”，不需要猜。", "能直接查到，把结果展示给客户。"]
    named = explain(Grounds("在吗", "smalltalk", intent=Intent("greet", 0.97)), limits)
    assert "机器人判断意图是 greet，把握 97%。" in named.why
