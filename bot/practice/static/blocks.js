// Block Kit, as nodes.
import { el, language } from "/static/dom.js";
import { draw, picture } from "/static/elements.js";
import { name } from "/static/store.js";
import { emoji, link, written } from "/static/text.js";
import { words } from "/static/words.js";

const prose = (text) => el("div", { class: "text", lang: language(text.text || "") }, written(text));
const said = (it) => (it.text || "") + (it.elements || []).map(said).join("");

// `choose` may be missing (nothing can be clicked); `state` holds what is chosen, `errors` what is wrong, by block id.
export function block(it, choose, state = {}, errors = {}) {
  const held = (element) => state[it.block_id]?.[element.action_id];
  const shown = (element) => draw(element, choose, held(element));
  const box = (...children) => el("div", { class: `block ${it.type}`, "data-block": it.block_id }, children);
  switch (it.type) {
    case "divider": return el("hr");
    case "header": return el("h3", { class: "block header", lang: language(it.text.text) }, written(it.text));
    case "section": return box(
      el("div", { class: "grow" }, it.text ? prose(it.text) : null, it.fields ? el("div", { class: "fields" }, it.fields.map(prose)) : null),
      it.accessory ? el("div", { class: "accessory" }, shown(it.accessory)) : null);
    case "context": return box(it.elements.map((part) => part.type === "image" ? shown(part) : prose(part)));
    case "actions": case "context_actions": return box(it.elements.map(shown));
    case "image": return box(it.title ? el("small", {}, it.title.text) : null, picture(it, "wide"));
    case "rich_text": return el("div", { class: "block rich_text", "data-block": it.block_id, lang: language(said(it)) }, it.elements.map(rich));
    case "table": case "data_table":
      return box(it.caption ? el("small", {}, it.caption) : null, el("table", {}, it.rows.map((row) => el("tr", {}, row.map(cell)))));
    case "input": return input(it, choose, held, errors[it.block_id]);
    default: return box(it.title ? prose(it.title) : null, typeof it.text === "string" ? el("div", { class: "text" }, it.text) : it.text ? prose(it.text) : null);
  }
}

const cell = (it) => el("td", {}, it.type === "rich_text" ? it.elements.map(rich) : String(it.text ?? it.value ?? ""));

function input(it, choose, held, wrong) {
  const id = `field-${it.block_id}`;
  const field = draw(it.element, it.dispatch_action ? choose : null, held(it.element));
  const grouped = field.classList.contains("ticks");
  field.id = id;
  field.dataset.field = JSON.stringify({ block: it.block_id, action: it.element.action_id, type: it.element.type });
  field.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  if (grouped) field.setAttribute("aria-labelledby", `${id}-label`);
  else field.removeAttribute("aria-label");
  if (wrong) field.setAttribute("aria-invalid", "true");
  return el("div", { class: `block input${wrong ? " wrong" : ""}`, "data-block": it.block_id },
    el(grouped ? "span" : "label", { class: "label", id: `${id}-label`, for: grouped ? null : id }, it.label.text,
      it.optional ? el("small", {}, ` (${words.optional})`) : null),
    field,
    wrong ? el("div", { class: "error", id: `${id}-error`, role: "alert" }, wrong) : null,
    it.hint ? el("div", { class: "hint", id: `${id}-hint` }, written(it.hint)) : null);
}

function rich(part) {
  const inner = part.elements || [];
  if (part.type === "rich_text_list") {
    const items = inner.map((item) => el("li", {}, item.elements.map(leaf)));
    return el(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent || 0}`, start: part.offset ? part.offset + 1 : null }, items);
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] || "div";
  return el(tag, { class: "text" }, inner.map(leaf));
}

function leaf(it) {
  const plain = {
    user: () => el("span", { class: "mention" }, "@" + name(it.user_id)),
    broadcast: () => el("span", { class: "mention" }, "@" + it.range),
    channel: () => el("span", { class: "mention" }, "#" + it.channel_id),
    emoji: () => emoji(it),
    date: () => it.fallback || "",
    link: () => link(it.url, it.text),
  };
  let node = (plain[it.type] || (() => it.text || ""))();
  for (const [style, tag] of [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"]]) if (it.style?.[style]) node = el(tag, {}, node);
  return node;
}
