"""Entities by rule, over the tokenizer's words."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.entity_ruler import SpacyEntityRuler
from bot.components.jieba_tokenizer import DomainJiebaTokenizer
from bot.components.number_entities import number_entities

TOPICS = "快递: {words: [包裹]}\n退款: {words: [退钱]}\n"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Tokenizer and ruler, trained, stored and loaded again without the content they were made from."""
    directory = tmp_path_factory.mktemp("model")
    content = directory / "content"
    content.mkdir()
    (content / "topics.yml").write_text(TOPICS, encoding="utf-8")
    (directory / "storage").mkdir()
    storage = LocalModelStorage(directory / "storage")
    loaded = []
    for component in (DomainJiebaTokenizer, SpacyEntityRuler):
        config = component.get_default_config() | {"content": str(content)}
        context = ExecutionContext(GraphSchema({}), node_name=component.__name__)
        resource = Resource(component.__name__)
        component.create(config, storage, resource, context).train(TrainingData())
        loaded.append((component, config, storage, resource, context))
    (content / "topics.yml").unlink()
    return [component.load(*arguments) for component, *arguments in loaded]


def found(pipeline: list[Any], text: str) -> list[tuple[str, Any, str]]:
    """(entity, value, text between the offsets), in order."""
    message = Message.build(text=text)
    for component in pipeline:
        component.process([message])
    return [(e["entity"], e["value"], text[e["start"] : e["end"]]) for e in message.get("entities")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("查YS202611190012", [("order_no", "YS202611190012", "YS202611190012")]),
        (
            "单号ｙｓ２０２６１１１９００１２呢",
            [("order_no", "YS202611190012", "ｙｓ２０２６１１１９００１２")],
        ),
        ("YS 202611190012", [("order_no", "YS202611190012", "YS 202611190012")]),
        ("202611190012这单", [("order_no", "202611190012", "202611190012")]),
        (
            "顺丰SF1234567890123",
            [("courier", "顺丰", "顺丰"), ("tracking_no", "SF1234567890123", "SF1234567890123")],
        ),
        ("快递单号773012345678901", [("tracking_no", "773012345678901", "773012345678901")]),
        ("我电话138-1234-5678", [("phone", "13812345678", "138-1234-5678")]),
        ("扣了38.50元", [("amount", "38.5", "38.50元")]),
        ("￥99的那件", [("amount", "99", "￥99")]),
        ("退我五十块钱", [("amount", "50", "五十块钱")]),
        ("昨天买的", [("date", "昨天", "昨天")]),
        ("上周三发的", [("date", "上周三", "上周三")]),
        ("上个礼拜天发的", [("date", "上个礼拜天", "上个礼拜天")]),
        ("11月5号下单", [("date", "11月5号", "11月5号")]),
        ("十一月五号下单", [("date", "十一月五号", "十一月五号")]),
        ("三天前申请的", [("date", "三天前", "三天前")]),
        ("2026-11-05买的", [("date", "2026-11-05", "2026-11-05")]),
        ("双十一那天拍的", [("date", "双十一", "双十一")]),
        ("用EMS寄的", [("courier", "EMS", "EMS")]),
        ("京东快递到哪了", [("courier", "京东物流", "京东快递")]),
        ("第二个", [("ordinal", 2, "二")]),
        ("我选3", [("ordinal", 3, "3")]),
        ("2", [("ordinal", 2, "2")]),
        ("②", [("ordinal", 2, "②")]),
        ("最后一个", [("ordinal", -1, "最后一个")]),
        ("上面那个吧", [("ordinal", 1, "上面那个")]),
        ("包裹怎么还没到", [("topic", "快递", "包裹")]),
        ("退钱", [("topic", "退款", "退钱")]),
    ],
)
def test_entity_is_found(pipeline: list[Any], text: str, expected: list[tuple[str, Any, str]]) -> None:
    assert found(pipeline, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "第三方店铺",
        "第一次买",
        "要两个月",
        "我要2个",
        "12345",
        "快递单号填错了",  # 快递单号 is one word, so 快递 is no topic here
        "十百块钱",
        "人工费",
    ],
)
def test_no_entity_is_invented(pipeline: list[Any], text: str) -> None:
    assert found(pipeline, text) == []


def test_number_and_word_never_overlap(pipeline: list[Any]) -> None:
    text = "昨天用顺丰发的SF1234567890123，手机13812345678，花了五十块钱，11月5号的订单YS202611190012退钱"
    message = Message.build(text=text)
    for component in pipeline:
        component.process([message])
    spans = sorted((e["start"], e["end"]) for e in message.get("entities"))

    assert len(spans) == 8
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "text", ["零十元", "百百百块钱", "第零零零个", "两两块钱", "点点.元", "0", "99元" * 500]
)
def test_odd_numbers_do_not_fail(text: str) -> None:
    for entity in number_entities(text):
        assert text[entity.start : entity.end]
