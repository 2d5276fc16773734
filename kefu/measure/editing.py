"""How long editors wait: finding among many articles, importing, grouping questions, and publishing to customers."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from kb_index.encoders import create_encoder
from kb_index.search import KnowledgeIndex
from kefu.analytics import clustering
from kefu.bootstrap.imports import Imports, Job
from kefu.bootstrap.knowledge import LiveKnowledge, note_change
from kefu.bootstrap.models import metadata
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.dialogue.brain import BrainHolder, documents
from kefu.knowledge import articles, listing, repository, sheets, workbooks
from kefu.knowledge.articles import Body, Vocabulary
from kefu.knowledge.models import Article
from kefu.knowledge.snapshot import Snapshot
from kefu.nlu import service as releases

NOISE = 0.02
BETWEEN = 0.02  # seconds between two questions of customers: fifty a second, as many as the service can serve
PERSON = "measure"


@dataclass(frozen=True)
class Figure:
    """One measured time in seconds, and what it may be."""

    name: str
    seconds: float
    limit: float


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _wording(knowledge: Snapshot) -> list[tuple[str, str, Body]]:
    """Every published article as (key, category, body)."""
    return [
        (one.key, one.category, Body(question=one.title, similar=list(one.similar), answer=one.answer))
        for one in knowledge.articles.values()
    ]


def _varied(knowledge: Snapshot, count: int) -> Iterator[tuple[str, str, Body]]:
    """``count`` different articles in the words of the real ones."""
    real = _wording(knowledge)
    for at in range(count):
        key, category, body = real[at % len(real)]
        similar = [f"{text}（{at}）" for text in body.similar[:5]]
        yield (
            f"{key}_{at}",
            category,
            body.model_copy(update={"question": f"{body.question}（{at}）", "similar": similar}),
        )


def list_many(folder: Path, knowledge: Snapshot, count: int) -> Iterator[Figure]:
    """Fill an empty database with articles and time the ways in which editors look for one."""
    database = Database(f"sqlite:///{folder / 'list.sqlite3'}")
    metadata.create_all(database.engine)
    rows = [
        {
            "key": key, "category": category, "title": body.question, "published_revision": None,
            "search_text": articles.search_text(body.question, body.similar), "created_at": now(), "updated_at": now(),
        }
        for key, category, body in _varied(knowledge, count)
    ]  # fmt: skip
    with database.write() as session:
        session.execute(insert(Article), rows)
    cases = {
        "按文字": listing.Filter("运费险"),
        "按拼音": listing.Filter("tuikuan"),
        "按类目": listing.Filter(category="refund"),
        "按没用排序": listing.Filter("退款", sort="useless"),
        "找不到的词": listing.Filter("没有这样的词"),
    }
    for name, wanted in cases.items():
        with database.read() as session:
            times = [_timed(partial(listing.find, session, wanted, now().date())) for _ in range(5)]
        yield Figure(f"{count} 个条目{name}找", max(times), 0.3)
    database.close()


def import_many(folder: Path, knowledge: Snapshot, count: int) -> Iterator[Figure]:
    """Check and import ``count`` rows into an empty database, as a CSV and as a workbook."""
    names = sheets.Names(repository.CATEGORIES, {"": ""}, {"": ""})
    table = "".join(sheets.write(_varied(knowledge, count), names)).encode()
    yield from _import(folder, knowledge, "CSV", table, count)
    yield from _import(folder, knowledge, "Excel", workbooks.write(_varied(knowledge, count), names), count)


def _import(folder: Path, knowledge: Snapshot, form: str, content: bytes, count: int) -> Iterator[Figure]:
    database = Database(f"sqlite:///{folder / f'import-{form}.sqlite3'}")
    metadata.create_all(database.engine)
    names = sheets.Names(repository.CATEGORIES, {}, {})
    imports = Imports(database)
    started = time.perf_counter()
    job = imports.begin(content, names, Vocabulary(knowledge.policies, {}, {}), PERSON)
    _wait(job)
    imports.confirm(job.id)
    _wait(job)
    if job.state != "done" or job.written != count:
        raise RuntimeError(f"the import ended as {job.state} after {job.written} rows: {job.plan.errors[:3]}")
    title = f"导入 {count} 行 {form}（{len(content) / 1e6:.0f} MB，含检查）"
    yield Figure(title, time.perf_counter() - started, 60)
    database.close()


def _wait(job: Job) -> None:
    tick = Event()
    while job.state in ("checking", "importing"):
        tick.wait(0.05)


def group_many(index: KnowledgeIndex, questions: Sequence[str], count: int) -> Iterator[Figure]:
    """Group ``count`` questions: the shop's own, each many times, slightly moved."""
    generator = np.random.default_rng(7)
    real = index.place(index.encode_all(questions))
    moved = real[generator.integers(0, len(real), count)]
    moved = moved + generator.normal(0, NOISE, moved.shape).astype(np.float32)
    vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    yield Figure(f"归类 {count} 个问题", _timed(lambda: clustering.cluster(vectors, 5)), 60)


def publish_one(folder: Path, settings: Settings, knowledge: Snapshot, artefact: Path) -> Iterator[Figure]:
    """Publish a new article while customers keep asking; every question must get its answer."""
    database = Database(f"sqlite:///{folder / 'publish.sqlite3'}")
    metadata.create_all(database.engine)
    with database.write() as session:
        releases.release(session, "index", artefact.name, str(artefact.relative_to(settings.data_dir)), {})
        for key, category, body in _wording(knowledge):
            _write(session, key, category, body)
        note_change(session, "", "seed", PERSON, None)
    holder = BrainHolder(create_encoder(settings.encoder, folder=settings.encoder_dir))
    live = LiveKnowledge(settings, database, holder)
    live.load()
    deque(live.warm(), maxlen=0)
    waits: list[float] = []
    stop = Event()

    def ask() -> None:
        for at, text in enumerate(cycle(questions_of(knowledge))):
            if stop.wait(BETWEEN):
                return
            # what was asked before is only remembered, so no two are quite the same
            waits.append(_timed(partial(holder.brain.understand, f"{text}，{at}")))

    asking = Thread(target=ask)
    asking.start()
    times = []
    for at, body in enumerate(_new_articles()):
        started = time.perf_counter()
        with database.write() as session:
            _write(session, f"service.measure_{at}", "service", body)
            note_change(session, f"service.measure_{at}", "publish", PERSON, 1)
        live.refresh()
        found = holder.brain.index.search(body.similar[0]).candidates[0].key
        times.append(time.perf_counter() - started)
        if found != f"service.measure_{at}":
            raise RuntimeError(f"the new article is not found: {found}")
    stop.set()
    asking.join()
    database.close()
    yield Figure("发布一个条目到客户能问到（边问边发，最慢的一次）", max(times), 2.0)
    yield Figure(f"期间一次理解最久（每秒至多 50 句，共 {len(waits)} 句，无一失败）", max(waits), 2.0)


def _write(session: Session, key: str, category: str, body: Body) -> None:
    draft = articles.create(session, category, body, PERSON, key=key)
    draft.state = "review"
    every = Vocabulary(frozenset(), frozenset(), frozenset())
    articles.publish(session, key, draft.version, "", f"{PERSON}-2", every)


def _new_articles() -> list[Body]:
    answer = "这是量速度用的条目，内容足够长，不会留下。"
    said = [
        ("可以给杯子刻字吗？", "刻名字怎么弄", "定制刻字多少钱"),
        ("行李箱能寄存到自提柜吗？", "自提柜寄存行李箱", "寄存行李收费吗"),
        ("有没有试吃装？", "狗粮试吃", "先试吃再买可以吗"),
    ]
    return [Body(question=question, similar=list(rest), answer=answer) for question, *rest in said]


def questions_of(knowledge: Snapshot) -> list[str]:
    """Every question of the published articles."""
    return [question for document in documents(knowledge) for question in document.questions]
