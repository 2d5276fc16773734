"""Invented wordings of stored questions, as many as wanted, for measuring the index at scale.

Nothing is trained on them and nothing serves them: they are what a knowledge base a hundred times as large would hold.

A wording is a question with some words replaced by others for the same thing, told after what the customer bought and
when, with the words people put in front and behind. All of it is text that the encoder really reads.
"""

from collections.abc import Iterator, Sequence

import numpy as np

_SAME = (
    ("快递", "包裹", "物流", "快件"), ("什么时候", "啥时候", "几时", "哪天"), ("怎么办", "咋办", "该怎么处理"),
    ("怎么", "咋", "如何"), ("为什么", "为啥", "怎么会"), ("多久", "多长时间", "几天"), ("可以", "能", "能不能", "行不行"),
    ("你们", "你家", "贵店", "店里"), ("没有", "没", "还没"), ("东西", "商品", "货", "宝贝"), ("哪里", "哪儿", "什么地方"),
    ("申请", "提交", "发起"), ("退货", "退回去", "把货退了"), ("退款", "退钱", "把钱退回来"), ("优惠券", "券", "红包"),
    ("订单", "单子", "那单"), ("客服", "小二", "店家"), ("发货", "寄出", "出库"), ("收到", "拿到", "签收"), ("现在", "目前", "这会儿"),
    ("修改", "改", "更换"), ("查询", "查", "看"), ("取消", "撤销", "不要了"), ("坏了", "用不了", "出毛病了"), ("告诉", "说", "通知"),
    ("一直", "老是", "始终"), ("昨天", "前天", "上周"), ("颜色", "款式", "花色"), ("尺码", "码数", "大小"), ("发票", "票", "开票"),
)  # fmt: skip
"""Words of which one may stand for another."""
_BEFORE = (
    *[""] * 24, "请问", "你好", "在吗", "亲", "麻烦问下", "想问一下", "客服你好", "不好意思打扰了", "我想咨询一下", "有人吗", "急", "帮忙看下",
    "再问一次", "第一次在这买", "老顾客了", "替我妈问一下", "问个事",
)  # fmt: skip
_BEHIND = (
    *[""] * 24, "谢谢", "急", "在线等", "麻烦快点回", "拜托了", "给个准话", "到底怎么回事", "我已经等很久了", "别让我再跑一趟", "说清楚一点", "谢谢啦",
    "马上要用", "孩子等着用", "问了好几次了", "着急", "辛苦了",
)  # fmt: skip
_WHEN = (
    "昨天", "前天", "上周", "上周五", "月初", "上个月", "双十一", "618", "国庆", "周末", "今天早上", "刚刚", "半个月前", "大前天", "中秋前", "年货节", "直播时",
    "凌晨", "生日那天", "出差前",
)  # fmt: skip
_ITEMS = (
    "羽绒服", "运动鞋", "蓝牙耳机", "电饭煲", "洗面奶", "面膜", "猫粮", "纸尿裤", "奶粉", "行李箱", "键盘", "显示器", "吹风机", "台灯", "四件套", "枕头", "保温杯",
    "书包", "雨伞", "牛仔裤", "毛衣", "童装", "篮球", "瑜伽垫", "跑步机", "扫地机器人", "空气炸锅", "微波炉", "冰箱", "洗衣机", "空调", "热水器", "手机", "充电宝",
    "数据线", "平板", "相机", "投影仪", "茶叶", "坚果", "大米", "牛奶", "车厘子", "月饼", "白酒", "香水", "口红", "防晒霜", "剃须刀", "牙刷", "沙发", "床垫", "书桌",
    "椅子", "窗帘", "锅", "菜刀", "垃圾桶", "拖把", "行车记录仪", "机油", "玩具", "积木", "图书", "狗粮", "鱼缸", "花盆", "自行车", "头盔", "手套", "围巾", "皮带",
    "手表", "项链", "眼镜", "血压计", "轮椅", "按摩椅", "打印机", "路由器",
)  # fmt: skip
_BOUGHT = ("{}", "买的{}", "拍的{}", "下单的{}")
_SWAP = 0.6
"""How often a word that has others for it is replaced."""
_TOLD = 0.25
"""How many wordings tell what was bought."""


def wordings(questions: Sequence[str], seed: int = 7) -> Iterator[tuple[int, str]]:
    """Endless distinct wordings: the position of the question and the text; first the questions as they are.

    Questions take turns, so that any beginning of the stream is a smaller knowledge base of the same make.
    """
    rng = np.random.default_rng(seed)
    seen: set[str] = set()
    for at, text in enumerate(questions):
        if text not in seen:
            seen.add(text)
            yield at, text
    while True:
        for at in rng.permutation(len(questions)).tolist():
            text = _wording(questions[at], rng)
            if text not in seen:
                seen.add(text)
                yield at, text


def _wording(question: str, rng: np.random.Generator) -> str:
    def one(choices: Sequence[str]) -> str:
        return choices[int(rng.integers(len(choices)))]

    body = question.rstrip("？?。!！")
    for same in _SAME:
        present = next((word for word in same if word in body), None)
        if present is not None and rng.random() < _SWAP:
            body = body.replace(present, one(same), 1)
    told = ""
    if rng.random() < _TOLD:
        told = (one(_WHEN) if rng.random() < 0.5 else "") + one(_BOUGHT).format(one(_ITEMS))
    return "，".join(part for part in (one(_BEFORE), told, body, one(_BEHIND)) if part)
