"""Who has which conversation open now, so that two people do not work on it without knowing. Kept in memory only."""

from dataclasses import dataclass, field
from typing import Any

from kefu.core import outbox
from kefu.core.realtime import Hub


@dataclass
class Viewers:
    """The open conversations of the desks that are connected to this process."""

    hub: Hub
    _open: dict[str, dict[object, dict[str, Any]]] = field(default_factory=dict)

    def look(self, desk: object, person: dict[str, Any], conversation_id: str, team: str) -> None:
        """Note that a desk has a conversation open (and no other any more)."""
        self.leave(desk)
        self._open.setdefault(conversation_id, {})[desk] = person | {"team": team}
        self._tell(conversation_id)

    def leave(self, desk: object) -> None:
        """Note that a desk has nothing open any more."""
        for conversation_id in [one for one, desks in self._open.items() if desk in desks]:
            team = self._open[conversation_id].pop(desk)["team"]
            self._tell(conversation_id, team)
            if not self._open[conversation_id]:
                del self._open[conversation_id]

    def _tell(self, conversation_id: str, team: str = "") -> None:
        desks = self._open[conversation_id].values()
        people = {one["id"]: {"id": one["id"], "name": one["name"]} for one in desks}
        teams = {one["team"] for one in desks} | ({team} if team else set())
        data = {"viewers": list(people.values())}
        self.hub.publish(
            [outbox.Event("viewers", conversation_id, data, audience="staff", team=one) for one in teams]
        )
