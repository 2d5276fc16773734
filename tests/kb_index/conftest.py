"""A small shop: eight articles that share words, as real ones do, and the index built from them."""

from pathlib import Path

import pytest

from kb_index.build import build
from kb_index.documents import Document
from kb_index.encoders import Encoder, create_encoder, prepare_encoder
from kb_index.search import KnowledgeIndex

_ARTICLES: dict[str, tuple[str, ...]] = {
    "shipping.track": (
        "怎么查询我的物流进度？", "快递到哪里了", "看一下包裹走到哪了", "物流信息在哪看", "我的件现在在什么地方", "帮我查下快递位置", "运单到哪一站了",
    ),
    "shipping.courier": (
        "你们发货用什么快递？", "默认发哪家快递", "是顺丰还是中通", "发的什么物流公司", "用哪个快递公司寄", "走邮政还是圆通", "你家寄件是韵达吗",
    ),
    "refund.apply_return": (
        "怎么申请退货？", "东西不想要了要退", "退货在哪里点", "我要把衣服退掉", "退货流程是什么", "买错了想退回去", "鞋子不喜欢怎么退货",
    ),
    "refund.arrival_time": (
        "退款多久到账？", "钱什么时候退回来", "退款几天能到", "退的钱还没收到", "多长时间返钱", "退款怎么还没到银行卡", "几个工作日退到账",
    ),
    "invoice.apply": (
        "怎么开发票？", "发票在哪申请", "我要开票报销", "能不能给我开张发票", "开发票去哪里点", "公司要发票怎么弄", "买完怎么要发票",
    ),
    "invoice.download": (
        "电子发票在哪里下载？", "发票开好了去哪看", "怎么把发票存下来", "电子票下载不了", "发票的文件在哪", "想打印电子发票", "发票发到哪个邮箱了",
    ),
    "promotion.coupon_use": (
        "优惠券为什么用不了？", "券点了不能用", "结算时优惠券是灰色的", "领的券不让使用", "优惠券用不上怎么回事", "券显示不满足条件", "下单减不了优惠券的钱",
    ),
    "member.points_use": (
        "积分怎么用？能抵现吗？", "积分可以换东西吗", "攒的积分怎么花", "积分能当钱用不", "用积分抵扣在哪勾", "积分兑换入口", "几百积分能抵多少钱",
    ),
}  # fmt: skip

NEGATIVES = (
    "今天天气怎么样", "给我讲个笑话", "顺丰的股票能买吗", "帮我写一篇作文", "孩子发烧吃什么药", "高铁票怎么改签",
    "世界杯谁赢了", "红烧肉怎么做", "公积金怎么提取", "你会唱歌吗", "地铁几点停运", "解一道方程",
)  # fmt: skip


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """Eight articles with seven questions each."""
    return [Document(key, questions[0], key.split(".")[0], questions) for key, questions in _ARTICLES.items()]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The stand-in without a model."""
    return create_encoder("hash")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the embedded model has been made."""
    folder = tmp_path_factory.mktemp("models")
    prepare_encoder("e5", folder)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, documents: list[Document], encoder: Encoder) -> Path:
    """A directory with the index of `documents`."""
    out = tmp_path_factory.mktemp("index") / "current"
    build(documents, NEGATIVES, encoder, out, adapt=False)
    return out


@pytest.fixture(scope="session")
def index(built: Path, encoder: Encoder) -> KnowledgeIndex:
    """The loaded index."""
    return KnowledgeIndex.load(built, encoder)
