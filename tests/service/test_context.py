"""What a message means after what was shown: options picked by words, follow-ups, corrections, open forms, other shops."""

import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb_index.encoders import create_encoder
from kb_index.features import prepare
from kb_index.intents import IntentModel
from kefu.core.settings import Settings
from kefu.dialogue.brain import Brain
from kefu.dialogue.signals import asked_in, corrects, elsewhere
from kefu.knowledge.answers import Answers
from kefu.nlu.examples import by_intent
from tests.service.conftest import Json, Service, Visitor

DATA = Path(__file__).parents[2] / "data" / "nlu"


def offered(message: Json) -> list[str]:
    """The articles among a message's options."""
    options = message["content"]["options"]
    return [one["target"]["key"] for one in options if one["target"]["kind"] == "article"]


def article(message: Json) -> str | None:
    """The article that a message answers with."""
    return message["content"]["source"]["article_key"] if message["kind"] == "answer" else None


@pytest.mark.parametrize(
    ("topic", "words", "key"),
    [
        ("退货", "运费的那个", "refund.shipping_fee"),
        ("安装", "收不收费", "aftersale.install_fee"),
        ("退款", "到账那个", "refund.arrival_time"),
    ],
)
def test_an_option_is_picked_by_what_it_is_about(service: Service, topic: str, words: str, key: str) -> None:
    visitor = service.visitor()
    (clarify,) = visitor.say(topic)
    assert key in offered(clarify)
    (answer,) = visitor.say(words)
    assert article(answer) == key


@pytest.mark.parametrize("words", ["退款", "就退款那个", "发票"])
def test_a_topic_that_no_option_is_about_is_narrowed(service: Service, words: str) -> None:
    visitor = service.visitor()
    visitor.say("退款")
    (clarify,) = visitor.say(words)
    assert clarify["kind"] == "clarify"


def test_a_topic_word_in_a_question_about_the_last_answer_is_read_there(service: Service) -> None:
    visitor = service.visitor()
    (clarify,) = visitor.say("换货")
    visitor.click(clarify["content"]["options"][0])
    (answer,) = visitor.say("那要多久")
    assert (article(answer) or "").startswith("exchange.")
    (clarify,) = visitor.say("发票")  # a word by itself is a new subject
    assert clarify["kind"] == "clarify"


def test_what_was_spoken_of_before_the_last_answer_is_remembered(service: Service) -> None:
    def shown_after(*questions: str) -> list[str | None]:
        visitor = service.visitor()
        for question in questions:
            visitor.say(question)
        (said, *_) = visitor.say("那多久能收到")
        return [article(said)] if article(said) else [*offered(said)]

    before_last = shown_after("换货多久能收到新的？", "发票抬头或税号写错了怎么改？")
    assert before_last[0] == "exchange.time"
    assert shown_after("发票抬头或税号写错了怎么改？")[0] != "exchange.time"


@pytest.mark.parametrize(
    "words", ["哦好的，知道了，运费谁出呢", "谢谢，再问一下，运费谁出呢", "嗯嗯 对了 运费谁出呢"]
)
def test_what_leads_up_to_a_question_does_not_count(service: Service, words: str) -> None:
    assert asked_in(words) == "运费谁出呢"
    assert not corrects(words)
    visitor = service.visitor()
    visitor.say("怎么申请退货？")
    assert article(visitor.say(words)[0]) == "refund.shipping_fee"


def test_a_question_that_says_itself_what_it_means_is_not_read_in_context(service: Service) -> None:
    visitor = service.visitor()
    visitor.say("发票什么时候开出来？")
    assert article(visitor.say("好的 退货时赠品要一起退吗")[0]) == "refund.gift_return"


def test_who_is_verified_sees_what_they_wait_for_beside_the_answer(service: Service) -> None:
    asked = "显示已签收但我没收到"
    assert [one["kind"] for one in service.visitor("demo-signed").say(asked)] == ["answer", "card"]
    assert [one["kind"] for one in service.visitor().say(asked)] == ["answer"]


def test_what_is_not_wanted_is_not_what_is_asked() -> None:
    assert asked_in("不想修，直接退") == "直接退"
    assert asked_in("不退货，只退款可以吗") == "不退货，只退款可以吗"


@pytest.mark.parametrize("words", ["别再自动回了，找个人来吧", "换个人跟我说", "叫人来！"])
def test_somebody_is_wanted(service: Service, words: str) -> None:
    assert service.visitor().say(words)[-1]["kind"] == "handoff"


@pytest.mark.parametrize("words", ["找个人来装空调要钱吗", "派个人来看看冰箱"])
def test_somebody_to_do_work_is_no_agent(service: Service, words: str) -> None:
    assert service.visitor().say(words)[-1]["kind"] != "handoff"


def test_what_no_order_allows_is_not_asked_for_where_another_article_answers(service: Service) -> None:
    said = service.visitor("demo-paid").say("我想换颜色，下单后能改颜色、尺码或数量吗？")
    assert article(said[0]) == "order.modify_spec"


@pytest.mark.parametrize(
    "words",
    [
        "灶台边上有股煤气味",
        "今天不退钱 消协见",
        "cnm 耍我呢",
        "两万的相机 签收是空盒",
        "我真他妈受够了",
        "活着真没意思",
    ],
)
def test_danger_threats_and_curses_get_a_person(service: Service, words: str) -> None:
    assert service.visitor().say(words)[-1]["kind"] == "handoff"


@pytest.mark.parametrize(
    "words",
    [
        "刚才人工帮我处理好了，谢谢",
        "请给我操作步骤",
        "这课我家孩子快疯了",
        "满减算得我头都要炸了",
        "着火了这价格 能再便宜点吗",
        "防漏电的插座哪款好",
        "想死你们家的兔头了",
        "《自杀论》有货吗",
        "中毒了中毒了，天天刷你们家香薰",
        "催一天累死了算了",
    ],
)
def test_what_only_sounds_like_that_does_not(service: Service, words: str) -> None:
    assert service.visitor().say(words)[-1]["kind"] != "handoff"


def test_who_thanks_for_what_is_done_asks_nothing(service: Service) -> None:
    (text,) = service.visitor().say("退好了，谢谢你们哈")
    assert text["kind"] == "text"


def test_a_greeting_in_two_parts_is_greeted(service: Service) -> None:
    (text,) = service.visitor().say("喂 你好")
    assert text["kind"] == "text"


def test_a_question_in_the_middle_of_a_form_is_what_the_next_one_is_about(service: Service) -> None:
    visitor, _ = invoice_form(service)
    visitor.say("发票抬头或税号写错了怎么改？")
    (answer, form) = visitor.say("那要多久")
    assert article(answer) in {"invoice.wrong_title", "invoice.when"}
    assert form["kind"] == "form"


def test_what_it_is_not_about_is_left_out(service: Service) -> None:
    (clarify,) = service.visitor().say("发票，不是问多久")
    assert clarify["kind"] == "clarify"
    assert all(key.startswith("invoice.") for key in offered(clarify)[:4])


@pytest.mark.parametrize(
    "words",
    [
        "拼多多买的东西怎么退",
        "淘宝的优惠券过期了能补吗",
        "我在抖音下单的衣服想换",
        "闲鱼怎么取消订单",
        "当当咋开票",
        "淘宝88vip怎么取消自动续费",
        "我抖音上买的锅粘底了 能找你们换不",
    ],
)
def test_what_was_bought_elsewhere_is_turned_away(service: Service, words: str) -> None:
    (fallback,) = service.visitor().say(words)
    assert fallback["kind"] == "fallback"
    assert offered(fallback) == []


def test_another_shop_beside_ours_is_not_another_shop() -> None:
    assert elsewhere("淘宝买的能退吗")
    assert not elsewhere("你们和淘宝买的能一起退吗")
    assert not elsewhere("淘宝上买的跟你们家的一样吗")


@pytest.mark.parametrize("words", ["京东物流送的吗", "退款退到微信零钱吗", "移动硬盘怎么退货"])
def test_naming_another_firm_is_not_enough_for_that(service: Service, words: str) -> None:
    said = service.visitor().say(words)[0]
    assert said["kind"] in {"answer", "clarify"} or offered(said)


def invoice_form(service: Service) -> tuple[Visitor, Json]:
    visitor = service.visitor("demo-signed")
    (clarify,) = visitor.say("发票")
    option = next(one for one in clarify["content"]["options"] if one["target"]["key"] == "invoice.apply")
    form = visitor.click(option)[-1]
    assert form["kind"] == "form"
    return visitor, form


@pytest.mark.parametrize("words", ["好 继续开票", "继续填", "嗯，接着办", "好嘞", "谢谢", "您好"])
def test_going_on_with_a_form_or_being_polite_is_no_value_of_it(service: Service, words: str) -> None:
    visitor, form = invoice_form(service)
    shown = visitor.say(words)[-1]
    assert shown["kind"] == "form"
    assert shown["content"]["fields"] == form["content"]["fields"]


@pytest.mark.parametrize(
    "words",
    ["先别开了", "算了，不买了", "先别交了，我再跟财务商量下", "那我自己留着吧 不开了", "算了，我再想想"],
)
def test_a_form_is_left_in_customers_words(service: Service, words: str) -> None:
    visitor, _ = invoice_form(service)
    (text,) = visitor.say(words)
    assert "没有提交任何内容" in text["content"]["text"]


def test_the_state_of_the_order_moves_what_fits_it_up(service: Service) -> None:
    def place(customer: str, key: str) -> int:
        (said, *_) = service.visitor(customer).say("我买的锅现在还来得及取消吗")
        ranked = [article(said)] if said["kind"] == "answer" else offered(said)
        return ranked.index(key) if key in ranked else len(ranked)

    assert place("demo-in_transit", "order.cancel_shipped") <= place("demo-paid", "order.cancel_shipped")
    assert place("demo-paid", "order.cancel") <= place("demo-in_transit", "order.cancel")


@pytest.fixture(scope="module")
def intents() -> IntentModel:
    """A classifier of a few intents, as a training would leave it."""
    examples = by_intent(DATA)
    chosen = [
        (text, name)
        for name in ("ask_human", "ask_knowledge", "thanks", "affirm")
        for text in examples[name][:150]
    ]
    vectors = create_encoder("hash").queries([prepare(text) for text, _ in chosen])
    return IntentModel.fit(
        [text for text, _ in chosen], vectors, [name for _, name in chosen],
        strength=10.0, scale=2.0, balance=0.5, max_iterations=40,
    )  # fmt: skip


@pytest.mark.parametrize("words", ["机器就是机器，说不到点上，喊个人来", "烦死了 你们就没个喘气的吗 来个人"])
def test_a_wish_for_a_person_is_understood_while_the_bot_is_away(
    start: Callable[..., Service], brain: Brain, intents: IntentModel, words: str
) -> None:
    service = start()
    service.container.brain.put(replace(brain, intents=intents))
    assert service.visitor().say(words)[-1]["kind"] == "handoff"


def test_the_classifier_is_read_out_of_a_trained_model(intents: IntentModel, tmp_path: Path) -> None:
    intents.save(tmp_path)
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as model:
        for name in ("intents.json", "intents.npz"):
            model.add(tmp_path / name, f"components/train_classifier/{name}")
    found = IntentModel.out_of(archive)
    assert found is not None
    vector = create_encoder("hash").queries(["转人工"])
    assert np.allclose(found.predict(["转人工"], vector), intents.predict(["转人工"], vector))
    with tarfile.open(archive, "w:gz") as model:
        model.add(tmp_path / "intents.json", "components/intents.json")
    assert IntentModel.out_of(archive) is None


def test_the_bar_for_an_answer_follows_from_the_stated_costs(start: Callable[..., Service]) -> None:
    assert Settings().answer_threshold == pytest.approx(0.5)
    assert Settings(cost_human_minute=6).answer_threshold == pytest.approx(0.75)
    (answer,) = start().visitor().say("退款多久能到账")
    assert article(answer) == "refund.arrival_time"
    (clarify,) = start(cost_wrong=1e6).visitor().say("退款多久能到账")
    assert "refund.arrival_time" in offered(clarify)


def test_answers_say_which_details_they_hold() -> None:
    answers = Answers(
        {
            "service.join": "提交资料，交保证金五千元。",
            "service.store": "门店早上十点开门。",
            "order.how_to": "",
        }
    )
    found = answers.say("几点开门呀")
    assert set(found) == {"service.store"}
    assert 0 < found["service.store"] < 1
    assert answers.say("门店早上十点开门")["service.store"] == pytest.approx(1)
    assert answers.say("？") == {}
