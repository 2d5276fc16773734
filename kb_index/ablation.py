"""Prints what each part of the model is worth: `python -m kb_index.ablation --help`.

Every row fits the same small ranker on the held-out scores of some parts. Figures are the share of messages whose
right key comes first / among the first five. The evaluation sets are only measured, never fitted.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from kb_index.build import build
from kb_index.corpus import Corpus, assemble
from kb_index.documents import Document
from kb_index.encoders import create_encoder
from kb_index.evaluate import Row, figures, right_at, separation
from kb_index.features import Floats
from kb_index.folds import HeldOut, held_out
from kb_index.fusion import PARTS, Linear, fit_ranker
from kb_index.lexical import LexicalIndex
from kb_index.search import KnowledgeIndex

SEED = 7
STORY, SHORT = 25, 8
_COMBINATIONS: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
    ("向量最近邻，未适配", False, ("vector",)),
    ("向量最近邻，线性适配", True, ("vector",)),
    ("词 BM25（jieba）", True, ("words",)),
    ("字 n-gram 余弦", True, ("characters",)),
    ("词 + 字", True, ("words", "characters")),
    ("分类器（向量 + 字），未适配", False, ("classifier",)),
    ("分类器（向量 + 字），适配", True, ("classifier",)),
    ("融合，不用 jieba 词", True, tuple(part for part in PARTS if part != "words")),
    ("融合，不用问句分句", True, tuple(part for part in PARTS if part != "asking")),
    ("融合，未适配", False, PARTS),
    ("融合", True, PARTS),
)


@dataclass(frozen=True)
class Example:
    """One line of an evaluation set; `gold` is empty for an out-of-scope text, `style` its style or kind."""

    text: str
    gold: frozenset[str]
    style: str


def read_documents(folder: Path) -> list[Document]:
    """The articles of a content directory (`<category>.yml`, each a list)."""
    return [
        Document(row["key"], row["question"], path.stem, (row["question"], *row["similar"]))
        for path in sorted(folder.glob("*.yml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def read_examples(path: Path) -> list[Example]:
    """A JSON-lines evaluation set: `{text, key, also, style}` or `{text, kind}`."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        Example(
            row["text"],
            frozenset((row["key"], *row["also"]) if "key" in row else ()),
            row.get("style") or row["kind"],
        )
        for row in rows
    ]


def _ranked(scores: Floats, keys: Sequence[str]) -> list[Row]:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    return [Row(frozenset(), tuple(keys[at] for at in row), 0.0, 0.0) for row in order.tolist()]


def _columns(
    rows: Sequence[Row], gold: Sequence[frozenset[str]], styles: Sequence[str], names: Iterable[str]
) -> str:
    judged = [Row(right, row.ranked, 0.0, 0.0) for row, right in zip(rows, gold, strict=True)]
    cells = []
    for name in names:
        chosen = [row for row, style in zip(judged, styles, strict=True) if name in ("all", style)]
        cells.append(f"{right_at(chosen, 1):.3f} / {right_at(chosen, 5):.3f}")
    return " | ".join(cells)


def _lengths(corpus: Corpus, rows: NDArray[np.int64]) -> list[str]:
    sizes = [len(corpus.texts[row]) for row in rows]
    return ["story" if size > STORY else "short" if size <= SHORT else "plain" for size in sizes]


@dataclass(frozen=True)
class Bench:
    """Everything measured once: held-out scores and the evaluation set's, with and without adaptation."""

    corpus: Corpus
    keys: tuple[str, ...]
    held: dict[bool, HeldOut]
    indexes: dict[bool, KnowledgeIndex]
    examples: Sequence[Example]

    def table(self) -> Iterable[str]:
        """Markdown lines."""
        cross, styles = ("all", "plain", "short", "story"), ("all", "plain", "short", "story", "noisy")
        yield f"| 组合 | {' | '.join(f'交叉验证 {name}' for name in cross)} | {' | '.join(f'评测 {name}' for name in styles)} |"
        yield "|---" * (1 + len(cross) + len(styles)) + "|"
        evaluated = {
            adapted: np.concatenate([index.scores(example.text).parts for example in self.examples])
            for adapted, index in self.indexes.items()
        }
        for name, adapted, chosen in _COMBINATIONS:
            at = [PARTS.index(part) for part in chosen]
            held = self.held[adapted]
            gold = held.gold(self.corpus)
            known = gold >= 0
            parts = held.scores.parts[known][:, :, at]
            ranker: Linear = fit_ranker(parts, gold[known])
            inside = _columns(
                _ranked(ranker.score(parts), self.keys),
                [frozenset((self.keys[key],)) for key in gold[known]],
                _lengths(self.corpus, held.rows[known]),
                cross,
            )
            outside = _columns(
                _ranked(ranker.score(evaluated[adapted][:, :, at]), self.keys),
                [example.gold for example in self.examples],
                [example.style for example in self.examples],
                styles,
            )
            yield f"| {name} | {inside} | {outside} |"

    def served(self, strangers: Sequence[Example]) -> Iterable[str]:
        """What the index that would be served says: probabilities and separation, by kind of out-of-scope text."""
        index = self.indexes[True]
        rows = {example: _row(index, example) for example in (*self.examples, *strangers)}
        yield json.dumps(figures(list(rows.values())), ensure_ascii=False)
        covered = [rows[example].in_domain for example in self.examples]
        for kind in dict.fromkeys(example.style for example in strangers):
            outside = [rows[example].in_domain for example in strangers if example.style == kind]
            yield f"in_domain AUROC {kind} ({len(outside)}): {separation(covered, outside):.3f}"


def _row(index: KnowledgeIndex, example: Example) -> Row:
    found = index.search(example.text)
    confidence = found.candidates[0].confidence if found.candidates else 0.0
    return Row(
        example.gold, tuple(candidate.key for candidate in found.candidates), confidence, found.in_domain
    )


def measure(
    documents: Sequence[Document], negatives: Sequence[str], examples: Sequence[Example], spec: str, out: Path
) -> Bench:
    """Builds with and without adaptation under `out` and collects the scores."""
    encoder = create_encoder(spec)
    corpus, _ = assemble(documents, negatives, encoder, out, lambda share: None)
    lexical = LexicalIndex.build(corpus.texts[: corpus.questions], corpus.chars[: corpus.questions])
    held, indexes = {}, {}
    for adapted in (False, True):
        held[adapted] = held_out(corpus, lexical, adapted=adapted, seed=SEED, progress=lambda share: None)
        folder = out / ("adapted" if adapted else "plain")
        build(documents, negatives, encoder, folder, adapt=adapted, seed=SEED)
        indexes[adapted] = KnowledgeIndex.load(folder, encoder)
    return Bench(corpus, tuple(document.key for document in documents), held, indexes, examples)


def main() -> None:
    """Reads the content, builds, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=Path("content/articles"))
    parser.add_argument("--negatives", type=Path, required=True, help="one out-of-scope text a line")
    parser.add_argument("--eval", type=Path, default=Path("eval"))
    parser.add_argument("--encoder", default="e5")
    parser.add_argument("--out", type=Path, default=Path("var/ablation"))
    options = parser.parse_args()
    bench = measure(
        read_documents(options.articles),
        options.negatives.read_text(encoding="utf-8").splitlines(),
        read_examples(options.eval / "knowledge.jsonl"),
        options.encoder,
        options.out,
    )
    for line in (*bench.table(), *bench.served(read_examples(options.eval / "out_of_scope.jsonl"))):
        print(line)  # noqa: T201 - this is the command's output


if __name__ == "__main__":
    main()
