"""``kefu explain``: why the bot answers a message as it does."""

import asyncio
from typing import Annotated

import httpx
import typer
from rich.markup import escape

from kefu.cli.console import command, console, fail
from kefu.core.settings import Settings
from kefu.dialogue.explain import Changed
from kefu.gateway.editor.learning_schemas import TryAnswer, TryRequest

app = typer.Typer()
SECONDS = 15.0


@app.command()
@command
def explain(
    text: Annotated[str, typer.Argument(help="客户的一句话")],
    order_state: Annotated[
        str | None, typer.Option(help="当作客户有一张处于这个状态的订单，例如 stuck")
    ] = None,
    customer: Annotated[
        str | None, typer.Option(help="当作这位商城客户（external_id），用其真实订单")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 JSON")] = False,
) -> None:
    """说明一句话为什么得到这样的回答：规整、分句、分词、候选与得分、意图、阈值、决定。什么也不存。"""
    if not 0 < len(text) <= 2000:
        fail("一句话要有 1 到 2000 个字。", code=2)
    body = TryRequest(text=text, order_state=order_state, customer=customer)
    settings = Settings()
    found = _by_service(settings, body)
    alone = found is None
    answer = found or asyncio.run(_alone(settings, body))
    if as_json:
        print(answer.model_dump_json(indent=1))
        return
    if alone:
        console.print("[yellow]![/yellow] 服务没有在运行：用已发布的索引解释，机器人（Rasa）没有参与。")
    _show(answer)


def _by_service(settings: Settings, body: TryRequest) -> TryAnswer | None:
    """Ask the running service, which has its bot; None when there is none on this data directory."""
    from kefu.gateway.internal.operator import operator_token

    headers = {"Authorization": f"Bearer {operator_token(settings)}"}
    url = f"http://127.0.0.1:{settings.port}/api/v1/operator/explain"
    try:
        with httpx.Client(trust_env=False, timeout=SECONDS, headers=headers) as client:
            answer = client.post(url, json=body.model_dump())
    except httpx.TransportError:
        return None
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND):
        return None  # another system's port
    if not answer.is_success:
        fail(str(answer.json().get("title", answer.status_code)))
    return TryAnswer.model_validate(answer.json())


async def _alone(settings: Settings, body: TryRequest) -> TryAnswer:
    """Explain with the released index in this process."""
    from kefu.bootstrap.container import make_container
    from kefu.dialogue.ports import NoBot
    from kefu.gateway.editor.rehearsal import tried

    container = make_container(settings, bot=NoBot())
    try:
        try:
            await asyncio.to_thread(container.live.load)
        except RuntimeError:
            fail("还没有发布的索引，先运行 bin/kefu kb build。")
        return await tried(container, body)
    finally:
        await container.turns.close()
        container.close()


def _show(found: TryAnswer) -> None:
    """Print an explanation for people."""
    limits = found.thresholds
    asking = f"（在问的：{'｜'.join(found.asking)}）" if found.asking else "（没有明显的问句）"
    for name, value in {
        "原文": found.text,
        "规整": found.normalised or "（规整后什么也不剩）",
        "改了什么": "；".join(map(_told, found.changes)) or "没有改动",
        "分句": "｜".join(found.clauses) + asking,
        "分词": " / ".join(found.tokens) or "—",
        "信号": found.signal or "没有",
        "话题": found.topic or "没有",
        "意图": f"{found.intent}，把握 {found.intent_confidence:.0%}" if found.intent else "机器人没有参与",
        "属于本店": "—" if found.in_domain is None else f"{found.in_domain:.3f}",
        "阈值": f"把握 ≥ {limits['answer']:g} 且领先 ≥ {limits['margin']:g}、属于本店 ≥ {limits['covered']:g} 才直接回答；"
        f"属于本店 < {limits['decline']:g} 不作答",
        "决定": f"{found.outcome}{'：' + '、'.join(found.keys) if found.keys else ''}",
        "索引": found.index[:16],
    }.items():
        console.print(f"[bold]{name}[/bold]  {escape(value)}")
    console.print("\n[bold]候选[/bold]")
    for number, one in enumerate(found.candidates, 1):
        console.print(
            f"  {number}. {one.title}（{one.key}）把握 {one.confidence:.3f}，得分 {one.score:.2f}",
            markup=False,
        )
        parts = "，".join(f"{name} {value:.2f}" for name, value in one.features.items())
        console.print(f"     最像“{one.matched}”；{parts}", style="dim", markup=False)
    console.print("\n[bold]为什么[/bold]")
    for number, line in enumerate(found.why, 1):
        console.print(f"  {number}. {line}", markup=False)


def _told(change: Changed) -> str:
    if not change.after:
        return f"{change.why}：“{change.before}”"
    return f"“{change.before}”→“{change.after}”（{change.why}）"
