// Beside the conversation: the playbooks and what is wrong with them, what would change, or a thread.
import { at, changed, el, language } from "/static/dom.js";
import { message } from "/static/messages.js";
import { act, me, refresh, send, view } from "/static/store.js";
import { words } from "/static/words.js";

let shown = sessionStorage.panel === "playbooks";
let wasBroken = false;
let compared = null;

function open(wanted) {
  shown = wanted;
  sessionStorage.panel = wanted ? "playbooks" : "";
  if (!wanted) view.thread = "";
  draw(view.state);
  if (wanted) at("panel").querySelector(".close").focus();
  else at("open-panel").focus();
}

const errors = (state) => (state.playbooks?.findings || []).filter((one) => one.severity === "error");

export function draw(state) {
  const wrong = errors(state);
  at("open-panel").hidden = !state.playbooks;
  at("open-panel").classList.toggle("broken", wrong.length > 0);
  at("open-panel-count").textContent = wrong.length || "";
  if (wrong.length && !wasBroken && innerWidth >= 1100) shown = true;
  wasBroken = wrong.length > 0;
  const what = view.thread && state.thread ? "thread" : shown && state.playbooks ? "playbooks" : "";
  at("open-panel").setAttribute("aria-expanded", String(what === "playbooks"));
  at("panel").hidden = !what;
  document.body.classList.toggle("with-panel", Boolean(what));
  if (!what) { changed("panel", ""); return; }
  const value = what === "thread" ? [state.thread, state.shortcuts] : [state.playbooks, state.effect, compared];
  if (!changed("panel", [what, value, me().locale])) return;
  const held = at("panel").contains(document.activeElement) ? document.activeElement.id : "";
  const opened = new Set([...at("panel").querySelectorAll("details[open]")].map((one) => one.dataset.key));
  at("panel").replaceChildren(head(what), el("div", { class: "scroll" }, what === "thread" ? thread(state) : playbooks(state)));
  for (const one of at("panel").querySelectorAll("details")) one.open = opened.has(one.dataset.key);
  if (held) document.getElementById(held)?.focus();
}

const head = (what) => el("header", {}, el("h2", {}, what === "thread" ? words.thread : words.playbooks),
  el("button", { type: "button", id: "close-panel", class: "close", "aria-label": words.close, onclick: () => open(false) }, "×"));

// --- playbooks

function playbooks(state) {
  const it = state.playbooks;
  const wrong = errors(state);
  const warned = it.findings.filter((one) => one.severity !== "error");
  const said = it.reading ? words.loading : wrong.length ? words.broken(wrong.length) : words.sound;
  return [
    el("section", { class: "in-use" },
      el("p", { class: `state ${wrong.length ? "bad" : "good"}`, role: "status" }, said),
      el("p", {}, el("small", {}, `${words.inUse(it.plays)} · ${words.version(it.version)}`)),
      el("p", { class: "folder" }, el("small", {}, words.folder), el("code", {}, it.folder)),
      el("p", { class: "hint" }, words.edit)),
    wrong.length ? el("section", { class: "findings" }, byFile(wrong)) : null,
    it.changes.length ? el("section", {}, el("h3", {}, words.changed), it.changes.map(change)) : null,
    state.effect ? effect() : null,
    warned.length ? el("details", { "data-key": "warnings" }, el("summary", {}, words.warnings(warned.length)), byFile(warned)) : null,
  ];
}

function byFile(found) {
  const files = Map.groupBy ? Map.groupBy(found, (one) => one.file) : found.reduce((map, one) => map.set(one.file, [...(map.get(one.file) || []), one]), new Map());
  return [...files].map(([file, all]) => el("div", { class: "file-findings" }, el("h4", {}, file),
    el("ul", {}, all.map((one) => el("li", { class: one.severity },
      el("span", { class: "where" }, words.line(one.line)), el("p", {}, upper(one.message)), el("p", { class: "repair" }, upper(one.repair)))))));
}
const upper = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

function change(it) {
  const locale = (me().locale || "").startsWith("zh") ? "zh" : "en";
  const [title, ask] = [it.titles[locale], it.asks[locale]];
  return el("article", { class: "change" },
    el("header", {}, el("b", { lang: language(title) }, title), el("span", { class: `tag ${it.kind}` }, words[it.kind])),
    it.lines.map((line) => el("dl", { lang: language(line.after || line.before) },
      line.before ? [el("dt", {}, words.before), el("dd", { class: "before" }, line.before)] : null,
      line.after ? [el("dt", {}, words.after), el("dd", { class: "after" }, line.after)] : null)),
    ask ? el("button", { type: "button", class: "try", onclick: () => dispatchEvent(new CustomEvent("try", { detail: ask })) }, `${words.ask}: ${ask}`) : null);
}

function effect() {
  const form = el("form", { class: "effect", onsubmit: async (event) => {
    event.preventDefault();
    const wish = { base: form.elements.base.value.trim(), head: form.elements.head.value.trim() };
    compared = { ...wish, busy: true };
    draw(view.state);
    try { compared = { ...wish, ...(await send("/practice/effect", { ...wish, user: view.user })) }; } catch { compared = { ...wish, error: words.unreachable }; }
    draw(view.state);
  } },
  el("h3", {}, words.effect), el("p", { class: "hint" }, words.effectHint),
  field("base", words.effectFrom, compared?.base ?? "HEAD"), field("head", words.effectTo, compared?.head ?? ""),
  el("button", { class: "button", id: "compare" }, words.compare),
  el("div", { role: "status" }, compared?.busy ? words.comparing : compared?.error ? el("p", { class: "error" }, compared.error)
    : compared && !compared.cards.length ? words.nothing : null,
    compared?.counts ? el("p", {}, Object.entries(compared.counts).filter(([, count]) => count).map(([kind, count]) => `${words[kind]}: ${count}`).join(" · ")) : null),
  (compared?.cards || []).map(card));
  return form;
}
const field = (id, label, value) => {
  const node = el("input", { id: `effect-${id}`, name: id, autocomplete: "off", spellcheck: "false", placeholder: id === "head" ? words.inUseNow : "HEAD" });
  node.value = value;
  return el("label", {}, label, node);
};
const card = (it) => el("article", { class: "change" }, el("header", {}, el("b", {}, it.title), it.kind ? el("span", { class: `tag ${it.kind}` }, words[it.kind] || it.kind) : null),
  it.who ? el("small", {}, it.who) : null,
  el("dl", { lang: language(it.after || it.before || "") }, it.before ? [el("dt", {}, words.before), el("dd", { class: "before" }, it.before)] : null,
    it.after ? [el("dt", {}, words.after), el("dd", { class: "after" }, it.after)] : null));

// --- a thread

function thread(state) {
  const box = el("input", { "aria-label": words.replyTo, placeholder: words.replyTo, autocomplete: "off", id: "reply" });
  return [state.thread.map((it) => message(state.open.id, it, true)), el("form", { class: "reply", onsubmit: async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    box.value = "";
    if (text) await act({ do: "say", text, channel: state.open.id, thread_ts: view.thread });
  } }, box, el("button", { class: "button primary" }, words.send))];
}

export function begin() {
  at("open-panel").addEventListener("click", () => open(!(shown && !view.thread)));
  at("panel").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); open(false); refresh(); }
  });
  addEventListener("try", () => { if (innerWidth < 1100 && shown) open(false); });
}
