"""A lexicon: words in two languages that mean the same to a rep, found in a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core import text

LONGEST_EN = 6  # words
LONGEST_ZH = 8  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """A concept and the words of the text that stand for it."""

    concept: str
    words: str


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    form: str
    words: str


@dataclass(frozen=True)
class Lexicon:
    """Concepts by form: English forms as stems joined by blanks, Chinese forms as they are written."""

    en: Mapping[str, tuple[str, ...]]
    zh: Mapping[str, tuple[str, ...]]

    def found(self, pieces: Sequence[str]) -> tuple[Found, ...]:
        """The concepts in a text, each once, in order; a form inside a longer one does not count.

        So `not happy` is not `happy`, and 不重要 is not 重要.
        """
        by_concept: dict[str, Found] = {}
        for span in _outermost(self._spans(pieces)):
            forms = self.en if span.form in self.en else self.zh
            for concept in forms[span.form]:
                by_concept.setdefault(concept, Found(concept, span.words))
        return tuple(by_concept.values())

    def _spans(self, pieces: Sequence[str]) -> list[_Span]:
        spans: list[_Span] = []
        offset = 0
        stems = [text.stem(p) for p in pieces]
        for i, piece in enumerate(pieces):
            if text.is_han(piece):
                spans += _in_han(piece, offset, self.zh)
            else:
                spans += _in_words(pieces, stems, i, offset, self.en)
            offset += len(piece) + 1
        return spans


def build(concepts: Mapping[str, Mapping[str, Sequence[str]]]) -> Lexicon:
    """The lexicon of `{concept: {"en": forms, "zh": forms}}`."""
    en: dict[str, list[str]] = {}
    zh: dict[str, list[str]] = {}
    for concept, forms in concepts.items():
        for form in forms["en"]:
            words = text.pieces(text.normalise(form))
            en.setdefault(" ".join(map(text.stem, words)), []).append(concept)
        for form in forms["zh"]:
            zh.setdefault("".join(text.pieces(text.normalise(form))), []).append(concept)
    return Lexicon(_frozen(en), _frozen(zh))


def _frozen(forms: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {form: tuple(dict.fromkeys(concepts)) for form, concepts in forms.items() if form}


def _in_han(run: str, offset: int, forms: Mapping[str, tuple[str, ...]]) -> list[_Span]:
    return [
        _Span(offset + i, offset + j, run[i:j], run[i:j])
        for i in range(len(run))
        for j in range(i + 1, min(i + LONGEST_ZH, len(run)) + 1)
        if run[i:j] in forms
    ]


def _in_words(
    pieces: Sequence[str], stems: Sequence[str], first: int, offset: int, forms: Mapping[str, tuple[str, ...]]
) -> list[_Span]:
    spans: list[_Span] = []
    end = offset - 1
    for last in range(first, min(first + LONGEST_EN, len(pieces))):
        if text.is_han(pieces[last]):
            break
        end += len(pieces[last]) + 1
        form = " ".join(stems[first : last + 1])
        if form in forms:
            spans.append(_Span(offset, end, form, " ".join(pieces[first : last + 1])))
    return spans


def _outermost(spans: Sequence[_Span]) -> list[_Span]:
    """The spans that stand in no longer one; in order of their beginning."""
    kept: list[_Span] = []
    furthest = -1
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if span.end > furthest:
            kept.append(span)
            furthest = span.end
    return kept
