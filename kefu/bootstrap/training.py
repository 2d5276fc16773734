"""Training runs of the console: started in a process of their own, watched, cancelled, and settled after a crash."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import Conflict, NotFound
from kefu.core.lock import DataDirectoryInUse, holding
from kefu.core.process import tied_to_us
from kefu.core.settings import ROOT, Settings
from kefu.nlu import training
from kefu.nlu.models import Release, TrainingRun

log = structlog.get_logger()
LOCK = "train"
FIRST_SECONDS = {"model": 180.0, "index": 120.0}
"""How long a run is thought to take before one of its kind has ended."""
END_SECONDS = 10.0
"""How long a killed process may take to be gone; until then, nothing new can begin."""
INTERRUPTED = "训练被中断：进程或机器停了。没有发布任何内容，线上照常；请重新开始。"


class Trainings:
    """Starts runs and finds them again. What a run does, it does in its own process (``kefu candidate``)."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._starting = threading.Lock()
        """Held while a process is started or a run is cancelled: what is cancelled first never starts."""
        self._begun: set[str] = set()
        """Runs of this process: from the moment they are begun until their process is done."""

    def begin(self, session: Session, kind: str, person_id: str) -> TrainingRun:
        """Begin a run in the caller's transaction; call :meth:`start` after it. Raises ``training_running``, ``disk_full``."""
        running = session.scalar(select(TrainingRun).where(TrainingRun.state == "running"))
        if running is not None or self._busy():
            detail = "同一时间只进行一次训练：请等它完成，或先取消它。"
            raise Conflict("training_running", "正在训练", detail)
        training.require_room(self._settings.data_dir)
        run = TrainingRun(kind=kind, author_id=person_id, phase="准备")
        run.details = {"expected_seconds": self._expected(session, kind)}
        session.add(run)
        session.flush()
        self._begun.add(run.id)
        return run

    def start(self, run_id: str) -> None:
        """Start the process of a run that has been begun."""
        # The kernel ends a child with the thread that started it: this one stays until the child is done.
        threading.Thread(target=self._work, args=(run_id,), name=f"train-{run_id[:6]}", daemon=True).start()

    def cancel(self, run_id: str) -> TrainingRun:
        """Stop a run, so that another can begin at once; what serves is not touched. Raises ``training_not_running``."""
        self.settle()
        with self._starting:
            with self._database.write() as session:
                run = self.get(session, run_id)
                if run.state != "running":
                    raise Conflict("training_not_running", "这次训练已经结束", "请刷新页面。")
                run.state, run.ended_at = "cancelled", now()
            process = self._processes.get(run_id)
        if process is not None:
            _end(process)
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
        return run

    def get(self, session: Session, run_id: str) -> TrainingRun:
        """Return a run. Raises ``training_run_not_found``."""
        found = session.get(TrainingRun, run_id)
        if found is None:
            raise NotFound("training_run_not_found", "没有这次训练", "请刷新页面。")
        return found

    def log_file(self, run_id: str) -> Path:
        """Where a run's log is."""
        return self._settings.data_dir / "log" / "training" / f"{run_id}.log"

    def settle(self) -> None:
        """Mark the runs whose process is gone, whoever killed it; nothing of them was published."""
        with self._database.read() as session:
            query = select(TrainingRun).where(TrainingRun.state == "running")
            left = [run.id for run in session.scalars(query) if run.id not in self._begun]
        if not left or self._busy():
            return
        with self._database.write() as session:
            for run_id in left:
                self._mark(session, run_id, INTERRUPTED)

    def close(self) -> None:
        """End what runs: with the service, its children end."""
        for process in list(self._processes.values()):
            _end(process)

    def _busy(self) -> bool:
        """Whether a process trains now, the command line's included."""
        try:
            with holding(self._settings.data_dir, LOCK):
                return False
        except DataDirectoryInUse:
            return True

    def _work(self, run_id: str) -> None:
        try:
            process = self._process(run_id)
            if process is None:
                return
            code = process.wait()
            words = f"训练进程意外结束（{code}）。没有发布任何内容，线上照常；日志里有经过。"
        except OSError as error:
            words = f"训练没有开始：{error}"
        finally:
            self._processes.pop(run_id, None)
            self._begun.discard(run_id)
        try:
            with self._database.write() as session:
                self._mark(session, run_id, words)
            self._forget()
        except Exception:  # a full disk: the next look at the runs settles it
            log.exception("training_not_settled", run=run_id)

    def _process(self, run_id: str) -> subprocess.Popen[bytes] | None:
        """Start the process of a run, unless it has been cancelled meanwhile."""
        file = self.log_file(run_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._starting:
            with self._database.read() as session:
                if self.get(session, run_id).state != "running":
                    return None
            with file.open("ab") as output:
                process = subprocess.Popen(  # noqa: S603 - fixed arguments
                    [sys.executable, "-m", "kefu.cli", "candidate", run_id], cwd=ROOT, env=self._environment(),
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                    preexec_fn=tied_to_us(niceness=self._settings.training_niceness),
                )  # fmt: skip
            self._processes[run_id] = process
        return process

    def _mark(self, session: Session, run_id: str, words: str) -> None:
        run = session.get_one(TrainingRun, run_id)
        if run.state == "running":
            run.state, run.failure_code, run.failure = "failed", "training_interrupted", words
            run.ended_at = now()

    def _environment(self) -> dict[str, str]:
        """The variables that give the child the settings that this process has."""
        given = self._settings.model_dump(
            mode="json", exclude_unset=True, exclude={"port", "action_port", "bot_url"}
        )
        return {**os.environ, **{f"KEFU_{name.upper()}": _text(value) for name, value in given.items()}}

    def _expected(self, session: Session, kind: str) -> float:
        query = (
            select(TrainingRun)
            .where(TrainingRun.kind == kind)
            .order_by(TrainingRun.began_at.desc())
            .limit(10)
        )
        taken = [run.details.get("total_seconds") for run in session.scalars(query)]
        return next((float(one) for one in taken if one), FIRST_SECONDS[kind])

    def _forget(self) -> None:
        """Remove what no release, no candidate and no run needs any more."""
        with self._database.read() as session:
            needed = _needed(session, self._settings.models_kept)
        data = self._settings.data_dir
        for path in [*(data / "models").glob("*.tar.gz"), *(data / "index").glob("[0-9a-f]" * 8 + "*")]:
            if str(path.relative_to(data)) not in needed:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _needed(session: Session, kept: int) -> set[str]:
    found: set[str] = set()
    for kind in ("model", "index"):
        query = select(Release.path).where(Release.kind == kind).order_by(Release.created_at.desc())
        found |= set(list(dict.fromkeys(session.scalars(query)))[:kept])
    waiting = select(TrainingRun.path).where(TrainingRun.state.in_(("running", "ready", "trial")))
    return found | set(session.scalars(waiting))


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
