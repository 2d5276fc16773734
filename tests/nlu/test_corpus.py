"""The bot's files as editors change them: comments stay, and what could not be trained on is refused."""

import difflib

import pytest

from kefu.core import yamltext
from kefu.core.errors import Conflict, Invalid
from kefu.core.settings import ROOT
from kefu.nlu import domain, files, flows
from kefu.nlu.corpus import Corpus

NAMES = domain.read()
TEXTS = {
    "nlu/a.yml": (
        'version: "3.1"\n\n# 头上的说明\nnlu:\n  - intent: greet\n    examples: |\n      - 你好\n      - 您好\n      - 在吗\n'
        "\n  # 告别的说明\n  - intent: goodbye\n    examples: |\n      - 再见\n      - 拜拜\n      - 走了\n"
    ),
    "rules/a.yml": (
        'version: "3.1"\n# 规则的说明\nrules:\n  - rule: 问候\n    steps:\n      - intent: greet\n      - action: action_smalltalk\n'
    ),
}  # fmt: skip


def corpus() -> Corpus:
    return Corpus(TEXTS, NAMES)


def test_every_file_of_the_project_reads_and_writes_the_same() -> None:
    paths = [
        *(ROOT / "data").rglob("*.yml"),
        *(ROOT / "content" / "articles").glob("*.yml"),
        ROOT / "domain.yml",
    ]
    for path in [*paths, ROOT / "content" / "hall.yml", ROOT / "content" / "policies.yml"]:
        text = path.read_text(encoding="utf-8")
        assert yamltext.dump(yamltext.load(text)) == text, path


def test_the_projects_own_files_have_no_problem() -> None:
    assert flows.problems(files.checkout(), NAMES) == []


def test_adding_moving_and_removing_leave_the_rest_as_it_was() -> None:
    found = corpus()
    assert found.add("greet", ["嗨喽", "你好", "  我要查[YS202611190012](order_no) "]) == [
        "嗨喽", "我要查[YS202611190012](order_no)",
    ]  # fmt: skip
    found.move("goodbye", ["走了"], "greet")
    (text,) = found.changed().values()
    differing = [
        line for line in difflib.ndiff(TEXTS["nlu/a.yml"].splitlines(), text.splitlines()) if line[0] in "+-"
    ]
    assert differing == [
        "+       - 嗨喽", "+       - 我要查[YS202611190012](order_no)", "+       - 走了", "-       - 走了",
    ]  # fmt: skip


def test_a_split_begins_an_intent_and_a_merge_ends_one() -> None:
    found = corpus()
    found.add("goodbye", ["下次再聊", "先忙去了"])
    found.move("goodbye", ["下次再聊", "先忙去了"], "see_you_later")
    assert found.get("see_you_later").examples == ("下次再聊", "先忙去了")
    found.merge("see_you_later", "goodbye")
    assert "see_you_later" not in found.intents()
    assert found.get("goodbye").examples[-2:] == ("下次再聊", "先忙去了")
    with pytest.raises(Conflict, match="intent_built_in"):
        found.merge("goodbye", "greet")
    with pytest.raises(Conflict, match="intent_too_small"):
        found.remove("goodbye", ["再见", "拜拜", "走了", "下次再聊"])


@pytest.mark.parametrize(
    "name", ["action_handoff", "action_new", "return_request_form", "greet", "查订单", "nlu_fallback"]
)
def test_names_that_an_intent_cannot_have(name: str) -> None:
    with pytest.raises(Invalid, match="intent_name"):
        corpus().create(name, ["甲", "乙"])


@pytest.mark.parametrize("text", ["我在[北京](city)", "查[订单", "[](order_no)", "🙂", "长" * 201])
def test_examples_that_cannot_be_learned_from(text: str) -> None:
    with pytest.raises(Invalid, match="examples_invalid"):
        corpus().add("greet", [text])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("rules:\n  - rule: 甲\n    steps:\n      - intent: greet\n     - action: x\n", 5, "缩进"),
        (
            "rules:\n  - rule: 甲\n    steps:\n      - intent: gret\n      - action: action_smalltalk\n",
            4,
            "没有意图“gret”",
        ),
        (
            "rules:\n  - rule: 甲\n    steps:\n      - intent: thanks\n      - action: say_hello\n",
            5,
            "没有动作“say_hello”",
        ),
        (
            "rules:\n  - rule: 问候\n    steps:\n      - intent: thanks\n      - action: action_smalltalk\n",
            2,
            "已经有叫",
        ),
        (
            "rules:\n  - rule: 甲\n    steps:\n      - intent: greet\n      - action: action_decline\n",
            2,
            "矛盾",
        ),
        ("rule:\n  - rule: 甲\n", 1, "不认识的部分"),
        ("stories:\n  - story: 甲\n", 2, "没有步骤"),
        ("nlu:\n  - intent: action_handoff\n    examples: |\n      - 甲\n      - 乙\n", 2, "动作的名字"),
    ],
)
def test_what_would_not_work_is_named_by_line(text: str, line: int, said: str) -> None:
    found = flows.problems({**TEXTS, "rules/b.yml": text}, NAMES)
    assert [(one.path, one.line) for one in found] == [("rules/b.yml", line)], found
    assert said in found[0].message


def test_rules_and_stories_become_flows() -> None:
    [flow] = flows.flows(TEXTS)
    assert (flow.kind, flow.name, flow.line) == ("rule", "问候", 4)
    assert [(step.kind, step.name) for step in flow.steps] == [
        ("intent", "greet"),
        ("action", "action_smalltalk"),
    ]
    changed = flows.renamed(TEXTS, "greet", "hello")
    assert flows.renamed(TEXTS, "greet", "hello") == changed, "the first one has left the texts as they were"
    assert changed == {"rules/a.yml": TEXTS["rules/a.yml"].replace("intent: greet", "intent: hello")}


def test_the_domain_names_the_editors_intents_too() -> None:
    text = (ROOT / "domain.yml").read_text(encoding="utf-8")
    assert domain.with_intents(text, ["greet"]) == text
    more = domain.with_intents(text, ["greet", "see_you_later"])
    assert "  - see_you_later\n" in more
    assert "# 意图：客户想要什么" in more
