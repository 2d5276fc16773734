"""Beginning a visit: anonymous, resumed by token, or verified (then the anonymous history moves along)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.bootstrap.container import Container
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation
from kefu.core import outbox
from kefu.core.errors import Unauthorised
from kefu.customers import service as customers
from kefu.customers.models import Customer
from kefu.gateway.visitor.records import read_history
from kefu.gateway.visitor.schemas import AgentName, QueuePlace, SessionRequest
from kefu.routing import service as routing
from kefu.tickets import service as tickets


@dataclass(frozen=True)
class Visit:
    """Who came, and how their conversation stands: as of ``event_id``, behind which changes are read on."""

    customer: Customer
    conversation: Conversation
    agent: AgentName | None
    queue: QueuePlace | None
    history: dict[str, Any]
    event_id: int


def open_session(parts: Container, body: SessionRequest, locale: str) -> Visit:
    """Begin or resume a visit in a language; which team serves the customer may depend on it."""
    identity = None
    if body.user is not None:
        identity = customers.Identity(body.user.external_id, body.user.identifier_hash, body.user.name)
        customers.check_identity(parts.settings.secret_of_inbox(body.inbox), identity)
    with parts.database.write() as session:
        # Before all else: what comes meanwhile is told twice rather than never.
        event_id = outbox.latest(session)
        earlier = _earlier(parts, session, body)
        if identity is not None:
            customer = customers.known(session, body.inbox, identity)
            if earlier is not None and not earlier.verified and earlier.id != customer.id:
                conversations.move_history(session, earlier.id, customer.id)
                tickets.move(session, earlier.id, customer.id)
                earlier.merged_into = customer.id
        else:
            customer = earlier or customers.create(session, body.inbox, body.context)
        # Where they are now: an order looked at yesterday is not the one that is meant today.
        customer.context = body.context | {"locale": locale}
        conversation = conversations.open_for(session, customer.id, customer.inbox)
        entry = routing.waiting(session, conversation.id)
        agent = session.get(Staff, conversation.agent_id) if conversation.agent_id else None
        return Visit(
            customer,
            conversation,
            AgentName(name=agent.name, number=agent.number) if agent else None,
            QueuePlace(**routing.place(session, entry, parts.settings).wire()) if entry else None,
            read_history(session, customer.id, None),
            event_id,
        )


def _earlier(parts: Container, session: Session, body: SessionRequest) -> Customer | None:
    """Return whom an earlier token of this inbox names; a stale or a foreign one begins anew rather than failing."""
    if body.token is None:
        return None
    try:
        found = customers.get(session, parts.tokens.customer_id(body.token))
    except Unauthorised:
        return None
    return found if found.inbox == body.inbox else None
