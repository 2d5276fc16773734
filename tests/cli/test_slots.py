"""Which model runs behind which port while models change."""

from pathlib import Path

import pytest

from kefu.cli import slots
from kefu.cli.slots import Model, Slots
from kefu.supervisor.child import Child, Command
from kefu.supervisor.supervisor import Supervisor

A, B, C = (Model(name, Path(name)) for name in "ABC")


class Ports(Supervisor):
    """Children that are only noted; a test says when one has loaded its model."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: dict[str, str] = {}
        self.ready: set[str] = set()

    async def keep(self, child: Child) -> None:
        self.behind[child.name] = child.log_file.name

    async def drop(self, name: str) -> None:
        self.ready.discard(self.behind.pop(name, ""))

    async def loaded(self) -> set[str]:
        return self.ready & set(self.behind.values())


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> Ports:
    monkeypatch.setattr(slots, "DRAIN_SECONDS", -1.0)
    return Ports()


@pytest.fixture
def followed(ports: Ports) -> Slots:
    def child(name: str, model: Model, port: int) -> Child:
        return Child(name, Command(("true",)), model.path, lambda *_: None)

    return Slots(ports, (1, 2), child, ports.loaded, lambda _: None)


async def test_the_old_one_serves_until_the_new_one_is_ready(ports: Ports, followed: Slots) -> None:
    await followed.follow(A, None)
    ports.ready = {"A"}
    await followed.follow(B, None)
    await followed.follow(B, None)
    assert set(ports.behind.values()) == {"A", "B"}  # B loads, A serves
    ports.ready.add("B")
    await followed.follow(B, None)
    assert set(ports.behind.values()) == {"B"}


async def test_one_on_trial_runs_beside_and_goes_when_it_is_withdrawn(ports: Ports, followed: Slots) -> None:
    await followed.follow(A, None)
    ports.ready = {"A"}
    await followed.follow(A, B)
    ports.ready.add("B")
    for _ in range(3):
        await followed.follow(A, B)
    assert set(ports.behind.values()) == {"A", "B"}
    await followed.follow(A, None)
    assert set(ports.behind.values()) == {"A"}


async def test_a_trial_makes_room_for_a_roll_back_and_what_serves_does_not(
    ports: Ports, followed: Slots
) -> None:
    await followed.follow(A, None)
    ports.ready = {"A"}
    await followed.follow(A, B)
    ports.ready.add("B")
    await followed.follow(C, None)  # back to C while B was on trial
    assert set(ports.behind.values()) == {"A", "C"}
    ports.ready.add("C")
    await followed.follow(C, None)
    assert set(ports.behind.values()) == {"C"}


async def test_a_trial_that_becomes_the_one_is_not_started_again(ports: Ports, followed: Slots) -> None:
    await followed.follow(A, None)
    ports.ready = {"A"}
    await followed.follow(A, B)
    ports.ready.add("B")
    before = dict(ports.behind)
    await followed.follow(B, None)
    assert set(ports.behind.items()) == {one for one in before.items() if one[1] == "B"}
