"""The processes of ``kefu up`` and how they are bound to each other."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from secrets import token_urlsafe

import httpx
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from kefu.cli.console import opened
from kefu.cli.prepare import is_prepared, passwords_file
from kefu.cli.serve import PREPARING
from kefu.cli.slots import Model, Slots
from kefu.core.database import Database
from kefu.core.errors import Conflict
from kefu.core.lock import holding
from kefu.core.settings import ROOT, Settings
from kefu.integrations.rasa_command import serve_command
from kefu.nlu.models import Release
from kefu.nlu.service import live_model, on_trial
from kefu.supervisor.child import Child, Command
from kefu.supervisor.progress import shown
from kefu.supervisor.step import StepFailed, run_step
from kefu.supervisor.supervisor import Supervisor, free_ports, port_is_free

POLL_SECONDS = 2.0
"""How soon a newly released model takes the place of the one that serves."""
HEALTH_SECONDS = 0.25
"""How often a starting process is asked whether it is ready."""


class PortTaken(Conflict):
    """Another program listens where the service is to listen."""

    def __init__(self, port: int) -> None:
        super().__init__("port_taken", f"端口 {port} 已被占用", f"换一个：KEFU_PORT={port + 1} make run")


class Stack:
    """Service and bot of one data directory, with ports and secrets of this start.

    A restarted process gets the same ports and secrets, so the other one need not know.
    """

    def __init__(self, settings: Settings, console: Console) -> None:
        self._settings = settings
        self._console = console
        self._logs = settings.data_dir / "log"
        self._encoder = ""
        """The name of the encoder in use, known when the data is prepared."""
        *self._bot_ports, self._action_port = free_ports(3)
        self._bot_token, self._action_token = token_urlsafe(32), token_urlsafe(32)

    async def run(self) -> None:
        """Run until cancelled.

        Raises :class:`PortTaken`, and :class:`StepFailed` when the data cannot be prepared.
        """
        self._require_port()
        with opened(self._settings) as database:
            async with Supervisor() as supervisor:
                # The service loads meanwhile, and waits for the lock.
                with holding(self._settings.data_dir, PREPARING):
                    await supervisor.keep(self._child("service", self._service()))
                    passwords = await self._prepare(database)
                    # Preparing takes a while; another program on our port would be taken for our own service.
                    self._require_port()
                await self._ready(lambda answer: answer.is_success)
                self._welcome(passwords)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._follow_models(database, supervisor))
                    tasks.create_task(self._start_bot(database))

    async def _prepare(self, database: Database) -> Mapping[str, str]:
        """Prepare the data in a process of its own, unless they are; returns the passwords of the accounts made."""
        if await asyncio.to_thread(is_prepared, self._settings, database):
            from kb_index.encoders import encoder_name  # after the service was started: it takes a while

            self._encoder = encoder_name(self._settings.encoder)
            return {}
        with shown("准备数据", self._console) as report:
            prepared = await run_step(
                "准备数据", self._kefu("prepare", "--json"), self._logs / "prepare.log", report
            )
        self._encoder = prepared["encoder"]
        passwords: dict[str, str] = prepared["passwords"]
        return passwords

    def _require_port(self) -> None:
        if not port_is_free(self._settings.host, self._settings.port):
            raise PortTaken(self._settings.port)

    async def _start_bot(self, database: Database) -> None:
        """Train the first model; customers are served meanwhile, without Rasa."""
        if (await asyncio.to_thread(self._released, database))[0] is None:
            try:
                with shown("训练机器人", self._console) as report:
                    await run_step("训练", self._kefu("train", "--json"), self._logs / "training.log", report)
            except StepFailed as error:
                self._console.print(
                    f"[red]✗[/red] {error.detail} 客户由服务自身的理解接待；排除后运行 bin/kefu train"
                )
                self._console.print("\n".join(error.last_lines), style="dim", markup=False)
                return
        await self._ready(lambda answer: bool(answer.json()["parts"]["bot"] == "ok"))
        self._console.print("[green]✓[/green] 机器人已就绪")

    async def _follow_models(self, database: Database, supervisor: Supervisor) -> None:
        """Keep the bot running on the models that are released."""
        async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:

            async def loaded() -> set[str]:
                with suppress(httpx.HTTPError):
                    return set((await client.get(self._health)).json().get("models", ()))
                return set()

            slots = Slots(supervisor, self._bot_ports, self._bot, loaded, self._console.print)
            while True:
                with suppress(SQLAlchemyError):  # the service says so; what runs goes on running
                    await slots.follow(*await asyncio.to_thread(self._released, database))
                for child in supervisor.children:
                    child.turn_log_over()
                await asyncio.sleep(POLL_SECONDS)

    async def _ready(self, reached: Callable[[httpx.Response], bool]) -> None:
        """Wait until the service's account of its own health is as it should be."""
        async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
            while True:
                with suppress(httpx.TransportError):
                    if reached(await client.get(self._health)):
                        return
                await asyncio.sleep(HEALTH_SECONDS)

    @property
    def _address(self) -> str:
        host = "127.0.0.1" if self._settings.host in {"0.0.0.0", "::"} else self._settings.host  # noqa: S104
        return f"http://{host}:{self._settings.port}"

    @property
    def _health(self) -> str:
        return f"{self._address}/api/v1/health/ready"

    def _welcome(self, passwords: Mapping[str, str]) -> None:
        say = self._console.print
        say("[green]✓[/green] 已开始接待客户")
        for page, path in (("客户页", "/chat"), ("演示商城", "/demo"), ("坐席工作台", "/desk")):
            say(f"  {page}\t{self._address}{path}")
        if passwords:
            say(f"  坐席的初始密码（也在 {passwords_file(self._settings)}）：")
            for username, password in passwords.items():
                say(f"    {username}\t{password}", markup=False)

    def _tell_failure(self, name: str, code: int, delay: float, last_lines: list[str]) -> None:
        self._console.print("\n".join(last_lines), style="dim", markup=False)
        log_file = self._logs / f"{name}.log"
        self._console.print(f"[red]✗[/red] {name} 已退出（{code}），{delay:g} 秒后重启；日志在 {log_file}")

    def _released(self, database: Database) -> tuple[Model | None, Model | None]:
        """The model that serves, and the one on trial."""

        def model(found: Release | None) -> Model | None:
            return None if found is None else Model(found.version, self._settings.data_dir / found.path)

        with database.read() as session:
            return model(live_model(session, self._encoder)), model(on_trial(session))

    def _child(self, name: str, command: Command) -> Child:
        return Child(name, command, self._logs / f"{name}.log", self._tell_failure)

    def _kefu(self, *arguments: str, env: Mapping[str, str] | None = None) -> Command:
        return Command((sys.executable, "-m", "kefu.cli", *arguments), env or {}, ROOT)

    def _service(self) -> Command:
        return self._kefu(
            "serve",
            env={
                "KEFU_BOT_URL": ",".join(f"http://127.0.0.1:{port}" for port in self._bot_ports),
                "KEFU_BOT_TOKEN": self._bot_token,
                "KEFU_ACTION_PORT": str(self._action_port),
                "KEFU_ACTION_TOKEN": self._action_token,
            },
        )

    def _bot(self, name: str, model: Model, port: int) -> Child:
        action_url = f"http://127.0.0.1:{self._action_port}/webhook?token={self._action_token}"
        argv, env = serve_command(
            self._settings, model.path, model.version, port, self._bot_token, action_url
        )
        return self._child(name, Command(argv, env, ROOT))
