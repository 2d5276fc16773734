"""The data files: no entry contradicts another."""

from kb_index.lexicon import domain_words, variants
from kb_index.text import normalise


def test_words_are_unique_and_canonical() -> None:
    words = domain_words()
    assert len(words) > 400
    assert len(set(words)) == len(words)
    changed = {word: normalise(word) for word in words if normalise(word) != word}
    assert changed == {}


def test_every_variant_ends_as_a_fixed_spelling() -> None:
    for wrong, right in {**variants().typos, **variants().dialect}.items():
        assert wrong != right
        assert normalise(right) == right, wrong


def test_no_listed_typo_is_a_domain_word() -> None:
    assert set(variants().typos) & set(domain_words()) == set()
