"""Slack's Block Kit limits, held against plain dicts, and no kinder than Slack's own validator.

Where published numbers disagree the smaller one counts.
"""

import json
from typing import Any

from bot.practice import blocks as block_table
from bot.practice import rules
from bot.practice.rules import Judge, Payload, Rule

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
POST_TEXT = 40_000
UPDATE_TEXT = 4_000
METADATA = 8_000
VIEW_BYTES = 250_000
_AT_MOST = {"table": 1, "data_table": 1, "data_visualization": 2, "plan": 1}


def _judge_blocks(judge: Judge, value: Any) -> None:
    high = MESSAGE_BLOCKS if judge.surface == "message" else VIEW_BLOCKS
    rules.items(block_table.block, 0, high)(judge, value)
    listed = [block for block in value if isinstance(block, dict)] if isinstance(value, list) else []
    kinds = [block.get("type") for block in listed]
    for kind, count in _AT_MOST.items():
        if kinds.count(kind) > count:
            judge.note("too_many", f"no more than {count} {kind} blocks allowed")
    written = sum(len(str(block.get("text"))) for block in listed if block.get("type") == "markdown")
    if written > 12_000:
        judge.note("too_long", "markdown blocks together must be less than 12001 characters")


def check_blocks(blocks: Any, surface: str = "message") -> list[Payload]:
    """What Slack would refuse in a list of blocks on a surface (message, modal, home); empty: all holds."""
    judge = Judge(surface)
    with judge.at("blocks"):
        _judge_blocks(judge, blocks)
    return judge.findings


def check_message(message: Payload, text_limit: int = POST_TEXT) -> list[Payload]:
    """What Slack would refuse in a message: its blocks, its texts, its attachments."""
    judge = Judge("message")
    words = message.get("text")
    if words is not None and (not isinstance(words, str) or len(words) > text_limit):
        with judge.at("text"):
            judge.note("too_long", f"must be less than {text_limit + 1} characters")
    if message.get("blocks"):
        with judge.at("blocks"):
            _judge_blocks(judge, message["blocks"])
    written = message.get("markdown_text")
    if written is not None:
        with judge.at("markdown_text"):
            rules.string(12_000)(judge, written)
            if words or message.get("blocks"):
                judge.note("failed_constraint", "markdown_text cannot stand with text or blocks")
    attachments = message.get("attachments")
    if attachments is not None:
        with judge.at("attachments"):
            rules.items(_attachment, 0, 100)(judge, attachments)
    return judge.findings


def _attachment(judge: Judge, value: Any) -> None:
    if not isinstance(value, dict):
        judge.note("invalid_type", "must be an object")
    elif value.get("blocks"):
        with judge.at("blocks"):
            _judge_blocks(judge, value["blocks"])


_VIEW_COMMON: dict[str, Rule] = {
    "type": rules.anything,
    "blocks": rules.anything,
    "private_metadata": rules.string(3000, low=0),
    "callback_id": rules.string(255, low=0),
    "external_id": rules.string(255, low=0),
}
_MODAL_ONLY: dict[str, Rule] = {
    "title": rules.plain(24),
    "submit": rules.plain(24),
    "close": rules.plain(24),
    "clear_on_close": rules.boolean,
    "notify_on_close": rules.boolean,
    "submit_disabled": rules.boolean,
}


def check_view(view: Any, surface: str | None = None) -> list[Payload]:
    """What Slack would refuse in a view; `surface` (modal or home) when the method takes only one of them."""
    if not isinstance(view, dict):
        return [{"pointer": "", "code": "invalid_type", "message": "must be an object"}]
    kind = view.get("type")
    if kind not in ("modal", "home") or (surface is not None and kind != surface):
        return [{"pointer": "/type", "code": "unsupported_type", "message": f"unsupported type: {kind}"}]
    judge = Judge(kind)
    required: dict[str, Rule] = {"blocks": rules.anything}
    optional = dict(_VIEW_COMMON)
    if kind == "modal":
        required["title"] = _MODAL_ONLY["title"]
        optional |= _MODAL_ONLY
    rules.fields(required, optional)(judge, view)
    with judge.at("blocks"):
        _judge_blocks(judge, view.get("blocks"))
    blocks = view.get("blocks") if isinstance(view.get("blocks"), list) else []
    kinds = [block.get("type") for block in blocks or [] if isinstance(block, dict)]
    if kind == "modal" and "input" in kinds and not view.get("submit"):
        with judge.at("submit"):
            judge.note("missing_field", "`submit` is required when a modal has an input block")
    return judge.findings


def too_large(view: Payload) -> bool:
    """True when Slack would say view_too_large."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def check_metadata(metadata: Any) -> str | None:
    """The error Slack would answer for message metadata, or None when it is fit to store."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        return "invalid_metadata_format"
    payload = metadata.get("event_payload")
    if not metadata["event_type"] or not isinstance(payload, dict):
        return "invalid_metadata_format"
    if len(json.dumps(metadata, ensure_ascii=False)) > METADATA:
        return "metadata_too_large"
    return None
