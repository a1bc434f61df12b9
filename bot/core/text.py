"""Words of a rep's question: one plain form for English, Chinese and both mixed."""

import html
import re
import unicodedata

LONGEST = 1200  # characters; a longer story says what it is about well before

_LABELLED = re.compile(r"<(?:[#!@][^|>]*|https?:[^|>]*|mailto:[^|>]*)\|([^>]*)>")
_ENTITY = re.compile(r"<(?:[#!@][^>]*|https?:[^>]*|mailto:[^>]*)>")
_LINK = re.compile(r"https?://\S+|[^\s@]{1,64}@[^\s@]{1,255}\.\w+")  # bounded: it is tried from every character on
_EMOJI = re.compile(r":[a-z0-9_+-]+:")
_PIECE = re.compile(r"[㐀-鿿]+|[^\W\d_㐀-鿿]+(?:'[^\W\d_㐀-鿿]+)*|\d+(?:[.,:]\d+)*%?")
_HAN = re.compile(r"[㐀-鿿]")
_CHAT = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "w": "with",
    "wo": "without", "bc": "because", "cos": "because", "cuz": "because", "abt": "about", "tmrw": "tomorrow",
    "tmr": "tomorrow", "ppl": "people", "im": "i am", "ive": "i have", "dont": "do not", "doesnt": "does not",
    "didnt": "did not", "cant": "can not", "wont": "will not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "havent": "have not", "hasnt": "has not", "thats": "that is", "theyre": "they are",
    "theyve": "they have", "whats": "what is", "hes": "he is", "shes": "she is", "wouldnt": "would not",
    "couldnt": "could not", "shouldnt": "should not", "gonna": "going to", "wanna": "want to", "gotta": "have to",
    "cannot": "can not", "customer": "client", "customers": "client", "clients": "client", "yr": "year",
    "yrs": "year", "wk": "week", "wks": "week", "mtg": "meeting", "msg": "message", "msgs": "message",
    "qtr": "quarter", "q1": "quarter", "qbr": "quarterly review", "b4": "before", "idk": "i do not know",
    "ain't": "is not", "won't": "will not", "can't": "can not", "shan't": "shall not", "let's": "let us",
}  # fmt: skip
_SHORT = ((r"n't$", " not"), (r"'re$", " are"), (r"'ve$", " have"), (r"'ll$", " will"), (r"'d$", " would"),
          (r"'m$", " am"), (r"'s$", ""))  # fmt: skip
_SHORT_FORMS = tuple((re.compile(pattern), full) for pattern, full in _SHORT)
_KEPT = frozenset({"news", "less", "process", "always", "business", "during", "thing", "nothing", "something",
                   "anything", "everything", "bring", "morning", "evening", "string", "this", "his", "its",
                   "was", "has", "does", "as", "us", "is", "yes", "need", "feed", "speed", "indeed",
                   "sing", "king", "ring", "red", "bed", "led", "shed", "bus", "gas", "plus", "boss", "loss",
                   "miss", "pass", "across", "unless", "address", "success", "guess", "discuss"})  # fmt: skip


def normalise(text: str) -> str:
    """The text without Slack's marks, in lower case, one form of each character, at most `LONGEST` long."""
    plain = html.unescape(text[: LONGEST * 4])
    plain = _ENTITY.sub(" ", _LABELLED.sub(r" \1 ", plain))
    plain = unicodedata.normalize("NFKC", plain)[: LONGEST * 4].casefold()
    plain = plain.replace("\u2019", "'").replace("w/o", "without")
    return _EMOJI.sub(" ", _LINK.sub(" ", plain))[:LONGEST]


def pieces(plain: str) -> list[str]:
    """The words of a normalised text in order: English words (chat spelling written out), Han runs, numbers."""
    found: list[str] = []
    for piece in _PIECE.findall(plain):
        if _HAN.match(piece):
            found.append(piece)
        elif piece[0].isdigit():
            found.append("0")
        else:
            found.extend(_written_out(piece).split())
    return found


def is_han(piece: str) -> bool:
    """True for a run of Chinese characters."""
    return bool(_HAN.match(piece))


def stem(word: str) -> str:
    """The word without its endings, so that `complained`, `complains` and `complaining` are one."""
    if len(word) < 4 or word in _KEPT or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zes")) else word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and word not in _KEPT:
            word = _repaired(word[: -len(ending)])
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _repaired(root: str) -> str:
    doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"
    root = root[:-1] if doubled else root
    return root[:-1] + "y" if root.endswith("i") else root


def _written_out(word: str) -> str:
    if word in _CHAT:
        return _CHAT[word]
    for pattern, full in _SHORT_FORMS:
        word, changed = pattern.subn(full, word)
        if changed:
            return word
    return word.replace("'", "")
