"""Training runs, releases, trials and rolling back over the API; the work itself in a process of its own."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from kefu.bootstrap.container import Container
from kefu.bootstrap.training import INTERRUPTED
from kefu.core.lock import holding
from kefu.measure import gate
from kefu.measure.judging import Verdict
from kefu.measure.row import Row
from kefu.nlu import service as releases
from kefu.nlu.models import TrainingRun
from tests.service.conftest import Service

Call = Callable[..., Any]


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found


class Running(Protocol):
    """A service, in whatever way it runs."""

    @property
    def container(self) -> Container: ...


def rows(verdict: Verdict) -> list[Row]:
    """Fifty questions that all ended alike."""
    ok = verdict is Verdict.RIGHT
    return [
        Row(
            set="knowledge", case=f"knowledge:{n}", group="plain", text=f"第 {n} 个问题", expected="invoice.apply",
            got=f"answer {'invoice.apply' if ok else 'invoice.title'} 0.90", verdict=verdict, ok=ok, confidence=0.9,
            seconds=0.1,
        )
        for n in range(50)
    ]  # fmt: skip


def candidate(service: Running, version: str = "m2", *, passed: bool = True, kind: str = "model") -> str:
    """A run that has been made and compared; returns its id."""
    parts = service.container
    path = parts.settings.data_dir / "models" / f"{version}.tar.gz"
    path.parent.mkdir(exist_ok=True)
    path.write_text(version, encoding="utf-8")
    with parts.database.write() as session:
        live = releases.live(session, kind)
        report = gate.report(rows(Verdict.RIGHT), rows(Verdict.RIGHT if passed else Verdict.WRONG), 0.01)
        sides = {"live": {"model": "m1", "index": "i"}, "candidate": {"model": version, "index": "i"}}
        assert report["gate"]["passed"] == passed
        run = TrainingRun(
            kind=kind, state="ready", version=version, path=f"models/{version}.tar.gz", passed=passed,
            details={"encoder": "hash"}, report=report | sides | {"tries": []}, author_id="x", share=1.0,
            compared_with={kind: live.id if live else None},
        )  # fmt: skip
        session.add(run)
        session.flush()
        return run.id


def serve(service: Running, version: str) -> None:
    with service.container.database.write() as session:
        path = service.container.settings.data_dir / "models" / f"{version}.tar.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_text(version, encoding="utf-8")
        releases.release(session, "model", version, f"models/{version}.tar.gz", {"encoder": "hash"})


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """A few held-out lines."""
    directory = tmp_path / "sets"
    directory.mkdir()
    lines = {
        "knowledge": [{"text": "发票怎么开呀", "key": "invoice.apply", "also": [], "style": "plain"}],
        "out_of_scope": [{"text": "今天股票涨了吗", "kind": "far"}],
        "handoff": [{"text": "我要找人工客服", "expect": "handoff"}],
        "dialogues": [
            {
                "id": "两句",
                "customer": "anonymous",
                "turns": [
                    {"user": "快递", "expect": {"kind": ["clarify"]}},
                    {
                        "user": {"click": "shipping.courier"},
                        "expect": {"kind": ["answer"], "key": ["shipping.courier"]},
                    },
                ],
            },
            {
                "id": "自己的订单",
                "customer": "stuck",
                "turns": [
                    {"user": "我的快递到哪了", "expect": {"kind": ["card", "answer", "clarify"]}},
                ],
            },
        ],
    }
    for name, rows in lines.items():
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (directory / f"{name}.jsonl").write_text(body, encoding="utf-8")
    return directory


def test_an_index_is_made_compared_and_released(start: Callable[..., Service], sets: Path) -> None:
    service = start(held_out_dir=sets, training_niceness=0)
    editor = service.staff("editor")
    run = editor("POST", "/console/training-runs", json={"kind": "index"}).json()
    again = editor("POST", "/console/training-runs", json={"kind": "index"})
    assert (again.status_code, again.json()["code"]) == (409, "training_running")

    def ended() -> Any:
        found = editor("GET", f"/console/training-runs/{run['id']}").json()
        return found if found["run"]["state"] != "running" else None

    found = until(ended, 400)
    assert (found["run"]["state"], found["run"]["failure"]) == ("ready", "")
    assert "与线上比较" in found["log"]
    report = found["report"]
    assert report["cases"] == 6
    assert {one["name"] for one in report["figures"]} >= {"right", "wrong", "answered", "recall"}
    assert [one["candidate"]["share"] for one in report["figures"] if one["set"] == "dialogues"] == [1.0]
    # Conversations were held on a copy: here nobody has asked for anything.
    assert service.staff("agent1")("GET", "/desk/conversations").json()["items"] == []
    # The content is as it was, so is the index: the same version, which serves already.
    assert report["changes"] == []
    refused = editor("POST", f"/console/training-runs/{run['id']}/release", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_live")


def test_killed_half_way_it_says_so_and_nothing_is_published(
    start: Callable[..., Service], sets: Path
) -> None:
    service = start(held_out_dir=sets, training_niceness=0)
    editor, trainings = service.staff("editor"), service.container.trainings
    run = editor("POST", "/console/training-runs", json={"kind": "index"}).json()
    process = until(lambda: trainings._processes.get(run["id"]))
    os.killpg(process.pid, signal.SIGKILL)
    found = until(lambda: _state(editor, run["id"], "failed"))
    assert found["failure_code"] == "training_interrupted"
    assert "没有发布任何内容" in found["failure"]
    with service.container.database.read() as session:
        assert len([one for one in [releases.live(session, "index")] if one]) == 1


def _state(call: Call, run_id: str, state: str) -> Any:
    found = call("GET", f"/console/training-runs/{run_id}").json()["run"]
    return found if found["state"] == state else None


def test_a_run_left_by_a_killed_service_is_settled_at_the_next_start(start: Callable[..., Service]) -> None:
    service = start()
    with service.container.database.write() as session:
        run = TrainingRun(kind="model", author_id="x")
        session.add(run)
        session.flush()
        run_id = run.id
    editor = start().staff("editor")
    assert _state(editor, run_id, "failed")["failure"] == INTERRUPTED
    # The command line trains: no second one beside it.
    with holding(service.container.settings.data_dir, "train"):
        refused = editor("POST", "/console/training-runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "training_running")


def test_a_run_can_be_cancelled(start: Callable[..., Service], sets: Path) -> None:
    editor = start(held_out_dir=sets, training_niceness=0).staff("editor")
    run = editor("POST", "/console/training-runs", json={"kind": "index"}).json()
    cancelled = editor("POST", f"/console/training-runs/{run['id']}/cancel").json()
    assert cancelled["state"] == "cancelled"
    again = editor("POST", f"/console/training-runs/{run['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "training_not_running")
    # Another can begin at once.
    run = editor("POST", "/console/training-runs", json={"kind": "index"}).json()
    assert run["state"] == "running"
    assert editor("POST", f"/console/training-runs/{run['id']}/cancel").json()["state"] == "cancelled"


def test_a_run_cancelled_before_its_process_starts_never_starts(service: Service) -> None:
    trainings = service.container.trainings
    with service.container.database.write() as session:
        run_id = trainings.begin(session, "index", "x").id
    assert trainings.cancel(run_id).state == "cancelled"
    trainings._work(run_id)
    assert not trainings.log_file(run_id).exists()
    again = service.staff("editor")("POST", "/console/training-runs", json={"kind": "index"})
    assert again.status_code == 202


def test_a_full_disk_stops_it_before_it_begins(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kefu.nlu.training.ENOUGH_BYTES", 10**18)
    refused = service.staff("editor")("POST", "/console/training-runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert "没有发布任何内容" in refused.json()["detail"]
    assert service.staff("editor")("GET", "/console/training-runs").json()["items"] == []


def test_past_the_gate_an_editor_releases_otherwise_a_manager_with_a_reason(service: Service) -> None:
    serve(service, "m1")
    editor, manager = service.staff("editor"), service.staff("manager")
    blocked = candidate(service, "bad", passed=False)
    path = f"/console/training-runs/{blocked}/release"
    assert editor("POST", path, json={"reason": "急"}).json()["code"] == "not_permitted"
    refused = manager("POST", path, json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "override_reason_needed")
    assert manager("POST", path, json={"reason": "节前必须上线"}).json()["state"] == "released"
    listed = manager("GET", "/console/training-runs").json()
    assert (listed["model"], listed["releases"][0]["reason"]) == ("bad", "节前必须上线")
    # A good one that was compared with m1 says nothing about what serves now.
    outdated = candidate(service, "good")
    with service.container.database.write() as session:
        session.get_one(TrainingRun, outdated).compared_with = {"model": "other"}
    refused = editor("POST", f"/console/training-runs/{outdated}/release", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "live_changed")


def test_of_two_releases_at_once_one_wins(service: Service) -> None:
    serve(service, "m1")
    editor = service.staff("editor")
    first, second = candidate(service, "a"), candidate(service, "b")
    answers = [editor("POST", f"/console/training-runs/{one}/release", json={}) for one in (first, second)]
    assert [one.status_code for one in answers] == [200, 409]
    assert editor("GET", "/console/training-runs").json()["model"] == "a"


def test_a_trial_serves_its_share_and_becomes_all_or_none(service: Service) -> None:
    serve(service, "m1")
    editor, parts = service.staff("editor"), service.container
    run = candidate(service)
    assert editor("POST", f"/console/training-runs/{run}/release", json={"share": 20}).json()["trial"] == 20
    with parts.database.read() as session:
        shared = releases.serving(session)
    served = [shared.model_for(f"conversation-{n}") for n in range(2000)]
    assert served == [shared.model_for(f"conversation-{n}") for n in range(2000)]
    assert 0.16 < served.count("m2") / len(served) < 0.24
    figures = editor("GET", f"/console/training-runs/{run}/trial").json()
    assert (figures["share"], figures["live"]["model"], figures["trial"]["model"]) == (20, "m1", "m2")
    other = candidate(service, "m3")
    refused = editor("POST", f"/console/training-runs/{other}/release", json={"share": 5})
    assert refused.json()["code"] == "trial_running"
    assert editor("POST", f"/console/training-runs/{run}/release", json={"share": 50}).json()["trial"] == 50
    assert editor("POST", f"/console/training-runs/{run}/withdraw").json()["state"] == "withdrawn"
    with parts.database.read() as session:
        assert releases.serving(session) == releases.Serving("m1")
    last = candidate(service, "m4")
    editor("POST", f"/console/training-runs/{last}/release", json={"share": 10})
    assert editor("POST", f"/console/training-runs/{last}/release", json={}).json()["state"] == "released"
    with parts.database.read() as session:
        assert releases.serving(session) == releases.Serving("m4")


def test_one_click_back_and_back_again(service: Service) -> None:
    serve(service, "m1")
    editor = service.staff("editor")
    run = candidate(service)
    editor("POST", f"/console/training-runs/{run}/release", json={})
    assert editor("POST", f"/console/training-runs/{run}/rollback").json()["state"] == "rolled_back"
    listed = editor("GET", "/console/training-runs").json()
    assert (listed["model"], listed["releases"][0]["back_to"]) == ("m1", True)
    again = editor("POST", f"/console/training-runs/{run}/rollback")
    assert (again.status_code, again.json()["code"]) == (409, "not_live")
    newer = next(one for one in listed["releases"] if one["version"] == "m2")
    assert newer["can_restore"]
    assert editor("POST", f"/console/releases/{newer['id']}/restore").status_code == 204
    assert editor("GET", "/console/training-runs").json()["model"] == "m2"


def test_agents_may_not_train(service: Service) -> None:
    assert service.staff("agent1")("POST", "/console/training-runs", json={}).status_code == 403
