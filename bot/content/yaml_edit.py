"""Changes in a YAML file that touch nothing but the place they are for: comments, quotes and layout stay as they are.

ruamel says where each value stands; what is written goes in there as text. So a file in anybody's own layout keeps it,
and the difference holds the touched lines only.
"""

import json
from collections.abc import Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.document import Place
from bot.errors import BadInput

Plain = str | int | bool | Sequence["Plain"] | Mapping[str, "Plain"]
WIDTH = 120
BARE = frozenset("abcdefghijklmnopqrstuvwxyz_-")


def replace(text: str, place: Place, value: Plain) -> str:
    """The file with another value at a place that is there. Raises BadInput where it is not."""
    node = _node(text, place)
    plain = isinstance(node, ScalarNode) and node.style is None
    written = flow(value, quoted=not plain or _needs_quotes(value))
    end = node.end_mark.index
    tail = "\n" if text[:end].endswith("\n") else ""  # a block text ends with its line
    return text[: node.start_mark.index] + written + tail + text[end:]


def put(text: str, place: Place, value: Plain, before: str = "") -> str:
    """The file with a value at a place, whether or not something stood there; a new key stands before key `before`."""
    if _find(text, place) is not None:
        return replace(text, place, value)
    parent = _find(text, place[:-1])
    if parent is None or not isinstance(parent, MappingNode):
        return put(text, place[:-1], {str(place[-1]): value}, before)
    line = f"{place[-1]}: {flow(value)}"
    if parent.flow_style:
        return _into_flow(text, parent, line)
    keys = {key.value: key for key, _ in parent.value}
    first = keys.get(before) or parent.value[0][0]
    return _insert(text, first.start_mark.index, line + _newline(text) + " " * first.start_mark.column)


def append(text: str, place: Place, item: Plain) -> str:
    """The file with one more item at the end of a list; the list is made at the end of the file where there is none."""
    node = _find(text, place)
    if node is None and len(place) > 1 and _find(text, place[:1]) is not None:
        return put(text, place, [item])
    if node is None:
        return _at_the_end(text, place, item)
    if not isinstance(node, SequenceNode):
        return replace(text, place, [item])
    if node.flow_style:
        return _into_flow(text, node, flow(item))
    dash, inner = node.start_mark.column, node.value[-1].start_mark.column
    end = _end_of_line(text, _last(node.value[-1]).end_mark.index)
    return _insert(text, end, _newline(text) + " " * dash + "-" + " " * (inner - dash - 1) + _block(item, inner))


def remove(text: str, place: Place) -> str:
    """The file without one item of a list that has others."""
    number, parent = place[-1], _node(text, place[:-1])
    if not isinstance(parent, SequenceNode) or not isinstance(number, int) or len(parent.value) < 2:
        raise BadInput(f"There is nothing to take out at {place}.", repair="Change the file by hand.")
    items = parent.value
    if not parent.flow_style:
        start = text.rfind("\n", 0, items[number].start_mark.index) + 1
        return text[:start] + text[_end_of_line(text, _last(items[number]).end_mark.index) + len(_newline(text)) :]
    if number + 1 < len(items):
        return text[: items[number].start_mark.index] + text[items[number + 1].start_mark.index :]
    return text[: items[number - 1].end_mark.index] + text[items[number].end_mark.index :]


def flow(value: Plain, *, quoted: bool = True) -> str:
    """A value on one line; words that need no quotes have none inside of lists and maps."""
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if quoted else value
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{key}: {flow(inner, quoted=_needs_quotes(inner))}" for key, inner in value.items()) + "}"
        )
    return "[" + ", ".join(flow(inner, quoted=_needs_quotes(inner)) for inner in value) + "]"


def _needs_quotes(value: Plain) -> bool:
    return isinstance(value, str) and (not BARE.issuperset(value) or value in ("", "true", "false", "null"))


def _block(item: Plain, column: int) -> str:
    """An item as the lists of a play have it: a key a line, what stands in the keys on one line where it fits."""
    if not isinstance(item, Mapping):
        return flow(item)
    lines = [_pair(key, value, column) for key, value in item.items()]
    return ("\n" + " " * column).join(lines)


def _pair(key: str, value: Plain, column: int) -> str:
    line = f"{key}: {flow(value, quoted=_needs_quotes(value) or key in ('name', 'question', 'sentence'))}"
    if len(line) + column <= WIDTH or not isinstance(value, Mapping):
        return line
    inner = [_pair(name, each, column + 2) for name, each in value.items()]
    return f"{key}:" + "".join(f"\n{' ' * (column + 2)}{each}" for each in inner)


# --- where things stand ---------------------------------------------------------------------------------------------


def _find(text: str, place: Place) -> Node | None:
    node: Node | None = YAML(typ="rt", pure=True).compose(text)
    for part in place:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return None
    return node


def _node(text: str, place: Place) -> Node:
    node = _find(text, place)
    if node is None:
        raise BadInput(f"There is nothing at {place}.", repair="Change the file by hand.")
    return node


def _last(node: Node) -> Node:
    """The value that ends last inside of a node; a block's own end lies behind the comments that follow it."""
    if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
        return node
    return _last(node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1])


def _end_of_line(text: str, index: int) -> int:
    if text[:index].endswith("\n"):
        index -= 1
        return index - 1 if text[:index].endswith("\r") else index
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if text[:end].endswith("\r") else end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _insert(text: str, index: int, new: str) -> str:
    if _newline(text) == "\r\n":
        new = new.replace("\r\n", "\n").replace("\n", "\r\n")
    return text[:index] + new + text[index:]


def _into_flow(text: str, node: Node, new: str) -> str:
    if not node.value:
        brackets = "{}" if isinstance(node, MappingNode) else "[]"
        return text[: node.start_mark.index] + brackets[0] + new + brackets[1] + text[node.end_mark.index :]
    last = node.value[-1]
    return _insert(text, (last[1] if isinstance(node, MappingNode) else last).end_mark.index, f", {new}")


def _at_the_end(text: str, place: Place, item: Plain) -> str:
    newline = _newline(text)
    whole = text if text.endswith("\n") else text + newline
    lines = [f"{'  ' * depth}{part}:" for depth, part in enumerate(place)]
    column = 2 * len(place)
    lines.append(" " * column + "- " + _block(item, column + 2))
    return _insert(whole, len(whole), newline.join(lines) + newline)
