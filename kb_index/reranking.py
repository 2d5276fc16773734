"""Would a second look at the first ten pay? `python -m kb_index.reranking --negatives FILE` prints the figures.

The served ranker weighs six scores of every key. Here gradient-boosted trees look again at its first ten, at pairs of
a question and a key: the same scores, how far each lies behind the best of the ten, the place, the nearest stored
question's overlap and length, and whether both ask in the same way. Held-out questions only, cross-fitted. What it
found is in docs/retrieval.md; nothing that is served uses it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from kb_index.ablation import SEED, read_documents
from kb_index.corpus import Corpus, assemble
from kb_index.encoders import create_encoder
from kb_index.features import Floats
from kb_index.folds import HeldOut, held_out
from kb_index.fusion import fit_ranker
from kb_index.lexical import LexicalIndex

FIRST = 10
FOLDS = 4
ASKING = (
    "多久",
    "几天",
    "什么时候",
    "怎么",
    "为什么",
    "多少",
    "能不能",
    "可以",
    "哪里",
    "在哪",
    "是不是",
    "吗",
)


def pairs(corpus: Corpus, held: HeldOut) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return (n, FIRST, f) features of the first keys of n held-out questions, those keys (n, FIRST), the right ones (n,)."""
    gold = held.gold(corpus)
    known = gold >= 0
    parts, gold, rows = held.scores.parts[known], gold[known], held.rows[known]
    fused = fit_ranker(parts, gold).score(parts)
    first = np.argsort(-fused, axis=1, kind="stable")[:, :FIRST]
    scores = np.concatenate([parts, fused[:, :, None]], axis=2)
    chosen = np.take_along_axis(scores, first[:, :, None], axis=1)
    behind = chosen - chosen.max(axis=1, keepdims=True)
    place = np.broadcast_to(np.arange(FIRST, dtype=np.float32)[None, :, None], (*first.shape, 1))
    words = np.array(
        [
            [_words(corpus, held, int(row), int(key)) for key in keys]
            for row, keys in zip(rows, first, strict=True)
        ]
    )
    return np.concatenate([chosen, behind, place, words], axis=2).astype(np.float32), first, gold


def _words(corpus: Corpus, held: HeldOut, row: int, key: int) -> list[float]:
    """How the words of a question compare with those of a key: its own question never counts."""
    text = corpus.texts[row]
    others = [at for at in np.flatnonzero(corpus.labels == key) if at != row]
    asked, grams = {word for word in ASKING if word in text}, _bigrams(text)
    overlaps = [
        len(grams & _bigrams(corpus.texts[at])) / max(1, min(len(grams), len(_bigrams(corpus.texts[at]))))
        for at in others
    ]
    same = [
        len(asked & {word for word in ASKING if word in corpus.texts[at]}) / max(1, len(asked))
        for at in others
    ]
    nearest = int(np.argmax(overlaps)) if overlaps else 0
    length = len(corpus.texts[others[nearest]]) if others else 0
    return [
        max(overlaps, default=0.0),
        float(np.mean(same or [0.0])),
        len(text) / (length + 1),
        float(len(text)),
    ]


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def second_look(features: Floats, first: NDArray[np.int64], gold: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (n,) the key that comes first after looking again, each question by trees that have not seen it."""
    right = first == gold[:, None]
    found = np.empty(len(gold), dtype=np.int64)
    questions = np.arange(len(gold))
    for train, test in GroupKFold(FOLDS).split(questions, groups=questions):
        trees = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, random_state=SEED)
        trees.fit(features[train].reshape(-1, features.shape[2]), right[train].ravel())
        odds = trees.predict_proba(features[test].reshape(-1, features.shape[2]))[:, 1].reshape(
            len(test), FIRST
        )
        found[test] = np.take_along_axis(first[test], odds.argmax(axis=1)[:, None], axis=1)[:, 0]
    return found


def table(corpus: Corpus, held: HeldOut) -> Sequence[str]:
    """Markdown lines: right at first before and after, over all questions and by length."""
    features, first, gold = pairs(corpus, held)
    before, after = first[:, 0] == gold, second_look(features, first, gold) == gold
    lengths = features[:, 0, -1]
    groups = {
        "全部": lengths >= 0, "8 字以内": lengths <= 8, "9–25 字": (lengths > 8) & (lengths <= 25), "25 字以上": lengths > 25,
    }  # fmt: skip
    lines = ["| | 问句 | 在用 | 再排一次 | 上限（前十里有） |", "|---|---|---|---|---|"]
    for name, chosen in groups.items():
        ceiling = (first == gold[:, None]).any(axis=1)[chosen].mean()
        cells = f"{before[chosen].mean():.3f} | {after[chosen].mean():.3f} | {ceiling:.3f}"
        lines.append(f"| {name} | {chosen.sum()} | {cells} |")
    return lines


def main() -> None:
    """Reads the content, scores it out of fold, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=Path("content/articles"))
    parser.add_argument("--negatives", type=Path, required=True, help="one out-of-scope text a line")
    parser.add_argument("--out", type=Path, default=Path("var/ablation"))
    options = parser.parse_args()
    negatives = options.negatives.read_text(encoding="utf-8").splitlines()
    corpus, _ = assemble(
        read_documents(options.articles), negatives, create_encoder("e5"), options.out, lambda share: None
    )
    lexical = LexicalIndex.build(corpus.texts[: corpus.questions], corpus.chars[: corpus.questions])
    held = held_out(corpus, lexical, adapted=True, seed=SEED, progress=lambda share: None)
    for line in table(corpus, held):
        print(line)  # noqa: T201 - this is the command's output


if __name__ == "__main__":
    main()
