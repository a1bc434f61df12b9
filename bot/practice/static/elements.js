// Buttons, menus and fields. `choose(action_id, value)` is called where Slack would send block_actions; it may be missing.
import { confirmed, el, menu } from "/static/dom.js";
import { view } from "/static/store.js";
import { written } from "/static/text.js";
import { words } from "/static/words.js";

const MANY = ["checkboxes", "multi_static_select"];

function options(element) {
  const plain = (list) => list.map((option) => el("option", { value: option.value }, option.text.text));
  if (!element.option_groups) return plain(element.options || []);
  return element.option_groups.map((group) => el("optgroup", { label: group.label.text }, plain(group.options)));
}
const allOptions = (element) => element.options || (element.option_groups || []).flatMap((group) => group.options);
const hint = (element) => element.placeholder?.text || "";

export function draw(element, choose, held) {
  const pick = (value) => choose && choose(element.action_id, value);
  const common = { name: element.action_id, "data-action": element.action_id };
  switch (element.type) {
    case "button": case "workflow_button": case "icon_button": return button(element, pick, common);
    case "overflow": return overflow(element, pick, common);
    case "static_select": case "external_select": return select(element, pick, common, held);
    case "users_select": return people(element, pick, common, held);
    case "checkboxes": case "radio_buttons": case "multi_static_select": return ticks(element, pick, held);
    case "datepicker": return typed({ ...common, type: "date" }, held?.selected_date ?? element.initial_date, pick);
    case "timepicker": return typed({ ...common, type: "time" }, held?.selected_time ?? element.initial_time, pick);
    case "datetimepicker": return typed({ ...common, type: "datetime-local" }, "", (value) => pick(seconds(value)));
    case "image": return picture(element, "icon");
    default: return field(element, common, held);
  }
}

function button(element, pick, common) {
  const label = element.text?.text || element.accessibility_label || words.more;
  return el("button", { type: "button", class: `button ${element.style || ""}`, "data-action": common["data-action"],
    "aria-label": element.accessibility_label, onclick: async (event) => {
      if (element.confirm && !(await confirmed(element.confirm))) return;
      if (/^https?:/.test(element.url || "")) open(element.url, "_blank", "noopener,noreferrer");
      await busy(event.currentTarget ?? event.target, () => pick(element.value ?? null));
    } }, label);
}

async function busy(node, work) {
  node.setAttribute("aria-busy", "true");
  try { await work(); } finally { node.removeAttribute("aria-busy"); }
}

function overflow(element, pick, common) {
  const node = el("button", { type: "button", class: "button overflow", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": words.more, title: words.more, "data-action": common["data-action"] }, "⋯");
  node.addEventListener("click", () => menu(node, element.options.map((option) => [option.text.text, () => pick(option.value)])));
  return node;
}

function select(element, pick, common, held) {
  const label = hint(element) || words.choose;
  const node = el("select", { ...common, "aria-label": label, onchange: (event) => event.target.value && pick(event.target.value) },
    el("option", { value: "" }, label), options(element));
  node.value = (held ? held.selected_option?.value : element.initial_option?.value) ?? "";
  return node;
}

function people(element, pick, common, held) {
  const label = hint(element) || words.person;
  const node = el("select", { ...common, "aria-label": label, onchange: (event) => event.target.value && pick(event.target.value) },
    el("option", { value: "" }, label), view.state.people.map((member) => el("option", { value: member.id }, member.name)));
  node.value = (held ? held.selected_user : element.initial_user) ?? "";
  return node;
}

function ticks(element, pick, held) {
  const many = MANY.includes(element.type);
  const before = many ? (held ? held.selected_options : element.initial_options) : [held ? held.selected_option : element.initial_option];
  const chosen = (before || []).filter(Boolean).map((option) => option.value);
  const group = el("div", { role: many ? "group" : "radiogroup", class: "ticks", "data-action": element.action_id });
  const key = Math.random().toString(36).slice(2);
  group.append(...allOptions(element).map((option) => el("label", {},
    el("input", { type: many ? "checkbox" : "radio", name: key, value: option.value, checked: chosen.includes(option.value),
      onchange: () => pick(collect(group, element.type)) }),
    el("span", {}, written(option.text), option.description ? el("small", {}, written(option.description)) : null))));
  return group;
}

function typed(props, value, pick) {
  const node = el("input", { ...props, onchange: (event) => pick(event.target.value || null) });
  node.value = value ?? "";
  return node;
}
const seconds = (value) => value ? Math.floor(new Date(value) / 1000) : null;

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text" };
function field(element, common, held) {
  const props = { ...common, placeholder: hint(element), autofocus: element.focus_on_load };
  const node = element.multiline ? el("textarea", { ...props, rows: 4 })
    : el("input", { ...props, type: TYPES[element.type] || "text", autocomplete: "off", inputmode: element.type === "number_input" ? "decimal" : undefined });
  node.value = (held ? held.value : element.initial_value) ?? "";
  return node;
}

// Only pictures of this machine are shown: the page asks nobody else for anything.
export function picture(element, kind) {
  const source = element.image_url || "";
  if (source.startsWith("data:") || source.startsWith(location.origin + "/")) return el("img", { src: source, alt: element.alt_text, class: kind });
  return el("span", { class: `no-picture ${kind}`, role: "img", "aria-label": element.alt_text, title: words.notLoaded }, kind === "icon" ? "▧" : element.alt_text);
}

export function collect(node, type) {
  if (MANY.includes(type)) return [...node.querySelectorAll("input:checked")].map((box) => box.value);
  if (type === "radio_buttons") return node.querySelector("input:checked")?.value ?? null;
  if (type === "datetimepicker") return seconds(node.value);
  return node.value === "" ? null : node.value;
}
