"""Import jobs of this process: checked in a thread, kept until somebody confirms, cancels, or an hour has passed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import structlog

from kefu.core.clock import new_id, now
from kefu.core.database import Database
from kefu.core.errors import Conflict, DomainError, NotFound
from kefu.knowledge import importing, sheets
from kefu.knowledge.articles import Vocabulary

log = structlog.get_logger()
KEPT = timedelta(hours=1)
State = Literal["checking", "ready", "importing", "done", "cancelled", "failed"]


@dataclass
class Job:
    """One import. ``done`` of ``total`` rows in the step under way; ``written`` drafts."""

    person_id: str
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

    def begin(self, content: bytes, names: sheets.Names, vocabulary: Vocabulary, person_id: str) -> Job:
        """Begin checking a file. Raises ``Invalid`` at once when it is no table of ours."""
        text = sheets.decode(content)
        sheets.headings(text)
        self._jobs = {key: job for key, job in self._jobs.items() if job.began_at > now() - KEPT}
        job = Job(person_id)
        self._jobs[job.id] = job
        self._run(job, lambda: self._check(job, text, names, vocabulary))
        return job

    def get(self, job_id: str) -> Job:
        """Return a job. Raises ``import_not_found``."""
        if job_id not in self._jobs:
            raise NotFound("import_not_found", "没有这次导入", "检查结果只保留一小时，请重新上传。")
        return self._jobs[job_id]

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
        return job

    def _run(self, job: Job, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except DomainError as error:
                job.state, job.failure = "failed", f"{error.title}。{error.detail}"
            except Exception:
                log.exception("import_failed", job=job.id)
                job.state, job.failure = "failed", "系统出错，已写入的草稿都在，没有发布任何内容。"

        threading.Thread(target=guarded, name=f"import-{job.id[:6]}", daemon=True).start()

    def _check(self, job: Job, text: str, names: sheets.Names, vocabulary: Vocabulary) -> None:
        rows = list(sheets.read(text, names))
        job.total = len(rows)
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
            job.done += len(part)
        job.state = "done"
