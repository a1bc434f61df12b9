"""Says in plain words what is wrong with the form of a YAML file, and what to type instead."""

from ruamel.yaml.error import MarkedYAMLError

LOOK_AROUND = 'look at this line and the one above: spaces at the start, quotes; when in doubt put the text in "…"'

QUOTE_IT = 'put the whole text in double quotes: key: "text"'
SENTENCES = (
    ("mapping values are not allowed", "a colon stands where none can be", QUOTE_IT),
    (
        "cannot start any token",
        "a text begins with a character that means something in YAML",
        f"{QUOTE_IT}; indent with spaces",
    ),
    (
        "while scanning a quoted scalar",
        "a quoted text does not end",
        'add the missing quote; inside "…" write \\" for a quote',
    ),
    (
        "unknown escape character",
        "a backslash stands before a character that it cannot escape",
        "write \\\\ for a backslash",
    ),
    ("escape sequence", "a backslash code is not complete", "write \\\\ for a backslash"),
    (
        "could not find expected ':'",
        "a line has no colon after its key",
        "write `key: text`, and indent text that goes on",
    ),
    (
        "expected <block end>",
        "the line is indented differently from its neighbours",
        "give keys of one level the same number of spaces",
    ),
    ("did not find expected", "a bracket, a quote or the indentation does not fit", LOOK_AROUND),
    ("expected ',' or", "a list in [ ] or { } does not end", "close the bracket, or write one item a line with `- `"),
    ("scanning an alias", "text that begins with * needs quotes", QUOTE_IT),
    ("scanning an anchor", "text that begins with & needs quotes", QUOTE_IT),
    ("scanning an tag", "text that begins with ! needs quotes", QUOTE_IT),
    ("scanning a directive", "a line begins with %", QUOTE_IT),
    ("<document start>", "this line does not go with what stands before it", LOOK_AROUND),
    ("undefined alias", "text that begins with * needs quotes", QUOTE_IT),
    ("found undefined tag", "text that begins with ! needs quotes", QUOTE_IT),
)


def explain(error: MarkedYAMLError) -> tuple[int, str, str]:
    """The line, what is wrong there, and the repair."""
    mark = error.problem_mark or error.context_mark
    # A quote that is never closed, or a key without colon, is reported further down; it is mended where it begins.
    if error.context_mark is not None and any(sign in str(error.context) for sign in ("quoted scalar", "simple key")):
        mark = error.context_mark
    line = mark.line + 1 if mark is not None else 1
    said = f"{error.context or ''} {error.problem or ''}"
    for sign, message, repair in SENTENCES:
        if sign in said:
            return line, message, repair
    return line, f"this is not YAML ({' '.join(said.split()) or 'unreadable'})", LOOK_AROUND
