"""The command that prints what each part is worth."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from kb_index import ablation
from kb_index.documents import Document
from tests.kb_index.conftest import NEGATIVES


@pytest.fixture
def shop(tmp_path: Path, documents: list[Document]) -> Path:
    """Articles, out-of-scope texts and evaluation sets as files."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "eval").mkdir()
    for document in documents:
        row = {"key": document.key, "question": document.title, "similar": list(document.questions[1:])}
        path = tmp_path / "articles" / f"{document.key}.yml"
        path.write_text(yaml.safe_dump([row], allow_unicode=True), encoding="utf-8")
    (tmp_path / "negatives.txt").write_text("\n".join(NEGATIVES), encoding="utf-8")
    asked = [
        {"text": "快递到什么地方啦", "key": "shipping.track", "also": [], "style": "plain"},
        {"text": "退款呢多久", "key": "refund.arrival_time", "also": [], "style": "short"},
    ]
    strange = [{"text": "明天下雨吗", "kind": "far"}]
    for name, rows in (("knowledge", asked), ("out_of_scope", strange)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / "eval" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def test_prints_a_row_for_each_combination(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "kb_index.adapt.train", lambda vectors, *_: np.eye(vectors.shape[1], dtype=np.float32)
    )
    arguments = [f"--{name}={shop / name}" for name in ("articles", "eval")]
    arguments += [f"--negatives={shop / 'negatives.txt'}", f"--out={shop / 'out'}", "--encoder=hash"]
    monkeypatch.setattr("sys.argv", ["ablation", *arguments])
    ablation.main()
    printed = capsys.readouterr().out.splitlines()
    table = [line for line in printed if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert table[-1].startswith("| 融合 | 0.")
    assert any(line.startswith("in_domain AUROC far (1): ") for line in printed)
