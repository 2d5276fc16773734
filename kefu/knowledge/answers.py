"""What the answers say, so that a question about a detail finds the answer that has it ("押金要多少" after 怎么入驻)."""

from collections import Counter
from collections.abc import Mapping
from math import log

from kb_index.text import char_ngrams


class Answers:
    """The character bigrams of each article's answer, weighted by how few answers have them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """``texts`` are the answers by article."""
        self._said = {key: frozenset(char_ngrams(text, 2, 2)) for key, text in texts.items()}
        counts = Counter(bigram for said in self._said.values() for bigram in said)
        self._weights = {bigram: log(len(texts) / count) for bigram, count in counts.items()}
        self._unheard = log(len(texts) + 1)

    def say(self, asked: str) -> dict[str, float]:
        """Return by article what share (0..1) of a question its answer repeats; articles that repeat none are left out."""
        weights = {bigram: self._weights.get(bigram, self._unheard) for bigram in char_ngrams(asked, 2, 2)}
        total = sum(weights.values())
        shares = (
            (key, sum(weight for bigram, weight in weights.items() if bigram in said))
            for key, said in self._said.items()
        )
        return {key: share / total for key, share in shares if share > 0}
