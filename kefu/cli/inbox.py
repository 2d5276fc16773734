"""``kefu inbox``: what a site needs to embed the customer's page."""

from typing import Annotated

import typer

from kefu.cli.console import command, console
from kefu.core.settings import Settings
from kefu.customers.service import identifier_hash

app = typer.Typer()


@app.command()
@command
def inbox(
    name: Annotated[str, typer.Argument(help="接入点，例如 web、app")] = "web",
    sign: Annotated[str, typer.Option(help="用它的密钥为这个商城账号签名，核对自己的实现")] = "",
) -> None:
    """打印一个接入点的密钥、允许嵌入的站点和嵌入代码。密钥只能放在商城的服务器上。"""
    settings = Settings()
    secret = settings.secret_of_inbox(name)
    if sign:
        print(identifier_hash(secret, sign))
        return
    origins = "、".join(settings.allowed_origins.get(name, ())) or "只有本站（KEFU_ALLOWED_ORIGINS 里没有它）"
    console.print(f"接入点  {name}\n密钥    {secret}\n站点    {origins}", markup=False)
    console.print(f'嵌入    <script async src="…/kf/loader.js" data-inbox="{name}"></script>', markup=False)
