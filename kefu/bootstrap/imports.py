"""Import jobs: checked in a thread, kept until somebody confirms, cancels, or an hour has passed.

What was read lives in this process; what became of each job is in the database, so that a restart can tell.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Literal

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kefu.core.clock import new_id, now
from kefu.core.database import Database
from kefu.core.errors import Conflict, DomainError, NotFound
from kefu.knowledge import importing, sheets
from kefu.knowledge.articles import Vocabulary
from kefu.knowledge.models import ImportJob
from kefu.knowledge.sheets import Cell

log = structlog.get_logger()
KEPT = timedelta(hours=1)
LISTED = 20
State = Literal["checking", "ready", "importing", "done", "cancelled", "failed", "interrupted"]
RUNNING = ("checking", "ready", "importing")


@dataclass
class Job:
    """One import. ``done`` of ``total`` rows in the step under way (``total`` 0: not known yet); ``written`` drafts."""

    person_id: str
    name: str = ""
    id: str = field(default_factory=new_id)
    state: State = "checking"
    total: int = 0
    done: int = 0
    written: int = 0
    plan: importing.Plan = field(default_factory=importing.Plan)
    failure: str = ""
    began_at: datetime = field(default_factory=now)
    stop: threading.Event = field(default_factory=threading.Event)


class Imports:
    """Starts jobs and finds them again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: dict[str, Job] = {}

    def begin(
        self, content: bytes, names: sheets.Names, vocabulary: Vocabulary, person_id: str, name: str = ""
    ) -> Job:
        """Begin checking a file. Raises ``Invalid`` at once when it is no table of ours."""
        table = _table(content)
        first = next(table, [])
        sheets.headings(first)
        self._jobs = {key: job for key, job in self._jobs.items() if job.began_at > now() - KEPT}
        job = Job(person_id, name[:200])
        self._jobs[job.id] = job
        with self._database.write() as session:
            session.add(ImportJob(id=job.id, name=job.name, state=job.state, person_id=person_id))
        self._run(job, lambda: self._check(job, chain([first], table), names, vocabulary))
        return job

    def get(self, job_id: str) -> Job:
        """Return a job. Raises ``import_not_found``; ``import_interrupted`` when the process that read it has ended."""
        if job_id in self._jobs:
            return self._jobs[job_id]
        with self._database.read() as session:
            row = session.get(ImportJob, job_id)
        if row is None or (row.state not in RUNNING and row.state != "interrupted"):
            raise NotFound("import_not_found", "没有这次导入", "检查结果只保留一小时，请重新上传。")
        raise Conflict(
            "import_interrupted",
            "这次导入被中断了",
            f"服务重新启动过；已写入 {row.written} 份草稿，没有发布任何内容。请重新上传，没有变化的行会自动跳过。",
        )

    def confirm(self, job_id: str) -> Job:
        """Write what was checked, the rows without errors, as drafts."""
        job = self.get(job_id)
        if job.state != "ready":
            raise Conflict("import_not_ready", "这次导入现在不能确认", "请等检查完成，或重新上传。")
        job.state, job.done, job.total = "importing", 0, len(job.plan.rows)
        self._run(job, lambda: self._write(job))
        return job

    def cancel(self, job_id: str) -> Job:
        """Stop a job; drafts that it has written already stay, and nothing is published."""
        job = self.get(job_id)
        job.stop.set()
        if job.state == "ready":
            job.state = "cancelled"
            self._note(job)
        return job

    def recent(self) -> list[ImportJob]:
        """Return the last imports, the newest first; those that another process left behind are marked as such."""
        with self._database.write() as session:
            left = ImportJob.state.in_(RUNNING) & ImportJob.id.not_in(list(self._jobs))
            session.execute(update(ImportJob).where(left).values(state="interrupted", ended_at=now()))
            query = select(ImportJob).order_by(ImportJob.began_at.desc()).limit(LISTED)
            return list(session.scalars(query))

    def _run(self, job: Job, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except DomainError as error:
                job.state, job.failure = "failed", f"{error.title}。{error.detail}"
            except Exception:
                log.exception("import_failed", job=job.id)
                job.state, job.failure = "failed", "系统出错，已写入的草稿都在，没有发布任何内容。"
            self._note(job)

        threading.Thread(target=guarded, name=f"import-{job.id[:6]}", daemon=True).start()

    def _check(
        self, job: Job, table: Iterator[list[Cell]], names: sheets.Names, vocabulary: Vocabulary
    ) -> None:
        rows = []
        for row in sheets.read(table, names):
            rows.append(row)
            job.done = len(rows)
            if job.stop.is_set():
                job.state = "cancelled"
                return
        job.done, job.total = 0, len(rows)
        with self._database.read() as session:
            there = importing.known(session)
        for row, verdict in importing.judge(rows, there, vocabulary):
            if job.stop.is_set():
                job.state = "cancelled"
                return
            if verdict is None:
                job.plan.errors += row.errors
            else:
                job.plan.rows.append((row, verdict))
            job.done += 1
        job.state = "ready"

    def _write(self, job: Job) -> None:
        for part in importing.chunks(job.plan.rows):
            if job.stop.is_set():
                job.state = "cancelled"
                return
            with self._database.write() as session:
                job.written += importing.write(session, part, job.person_id)
                _keep(session, job)
            job.done += len(part)
        job.state = "done"

    def _note(self, job: Job) -> None:
        with self._database.write() as session:
            _keep(session, job)


def _table(content: bytes) -> Iterator[list[Cell]]:
    from kefu.knowledge import workbooks  # openpyxl takes a while to import, and a start is to be short

    if workbooks.is_workbook(content):
        return workbooks.lines(content)
    return sheets.lines(sheets.decode(content))


def _keep(session: Session, job: Job) -> None:
    """Write how far a job is, with the drafts themselves where there are any: neither is ever without the other."""
    row = session.get(ImportJob, job.id)
    if row is not None:
        row.state, row.rows, row.written = job.state, job.total, job.written
        row.errors, row.failure = len(job.plan.errors), job.failure
        row.ended_at = None if job.state in RUNNING else now()
