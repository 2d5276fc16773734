"""The desk's calls about what is to be kept: promises of agents, and the targets that managers set."""

from fastapi import APIRouter

from kefu.accounts import service as accounts
from kefu.accounts.rights import Right, require
from kefu.conversations.models import Conversation
from kefu.core.errors import Invalid
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import access, rows
from kefu.gateway.desk import promise_schemas as s
from kefu.gateway.desk.management import Manager
from kefu.gateway.desk.schemas import CommitmentView
from kefu.gateway.desk.views import customer_view
from kefu.promises import service as promises
from kefu.promises import targets
from kefu.promises.models import Target

router = APIRouter(prefix="/desk", tags=["staff"])


@router.get("/promises", operation_id="deskPromises")
def own(person: Agent, parts: Parts) -> s.Promises:
    """Return the promises that this person still has to keep."""
    with parts.database.read() as session:
        found = promises.promises_of(session, person)
        shown = rows.commitments(session, found)
        conversations = [session.get_one(Conversation, one.conversation_id) for one in found]
        customers = rows.customers(session, conversations)
        return s.Promises(
            items=[
                s.OwnPromise(
                    conversation_id=conversation.id,
                    customer=customer_view(customers[conversation.customer_id]),
                    promise=promise,
                )
                for conversation, promise in zip(conversations, shown, strict=True)
            ]
        )


@router.post("/conversations/{conversation_id}/promises", operation_id="deskPromise")
def promise(conversation_id: str, body: s.PromiseRequest, person: Agent, parts: Parts) -> CommitmentView:
    """Write a promise down by hand: one that was made on the phone, or that was not noticed."""
    with parts.database.write() as session:
        conversation = access.seen(session, person, conversation_id)
        made = promises.promise(session, conversation, person, body.text, body.due_at)
        (shown,) = rows.commitments(session, [made])
        return shown


@router.post("/promises/{promise_id}/end", operation_id="deskEndPromise")
def end(promise_id: str, body: s.PromiseEnd, person: Agent, parts: Parts) -> CommitmentView:
    """Say that a promise was kept, or that it is none."""
    with parts.database.write() as session:
        ended = promises.finish(session, person, promise_id, kept=body.kept, note=body.note)
        accounts.audit(session, person, "end_promise", ended.conversation_id, kept=body.kept, note=body.note)
        (shown,) = rows.commitments(session, [ended])
        return shown


@router.get("/targets", operation_id="deskTargets")
def all_targets(person: Agent, parts: Parts) -> s.Targets:
    """Return how soon conversations are answered and solved."""
    require(person, Right.SERVE)
    with parts.database.read() as session:
        return s.Targets(items=[s.TargetView.model_validate(one) for one in targets.everyone(session)])


@router.put("/targets", operation_id="deskPutTargets")
def put_targets(body: s.Targets, person: Manager, parts: Parts) -> s.Targets:
    """Set the targets anew; what runs already keeps its time."""
    chosen = sorted(body.items, key=lambda one: -one.at_least)
    if len({one.level for one in chosen}) < len(chosen) or len({one.at_least for one in chosen}) < len(
        chosen
    ):
        raise Invalid("targets_overlap", "有两档目标重复", "每一档的名称和起始优先级都要不同。")
    if chosen[-1].at_least != 0:
        raise Invalid("targets_incomplete", "缺少普通会话的目标", "要有一档从优先级 0 开始。")
    with parts.database.write() as session:
        for target in targets.everyone(session):
            if target in session:
                session.delete(target)
        session.flush()
        session.add_all(Target(**one.model_dump()) for one in chosen)
        accounts.audit(session, person, "put_targets", "", targets=[one.model_dump() for one in chosen])
    return s.Targets(items=chosen)
