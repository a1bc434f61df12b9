// The open conversation: a window of messages that follows the scrolling, however long the conversation is.
import { at, changed, el, language, menu, reconcile } from "/static/dom.js";
import { block } from "/static/blocks.js";
import { act, me, refresh, view } from "/static/store.js";
import { clock, dayKey, dayName, fullDay, mrkdwn } from "/static/text.js";
import { words } from "/static/words.js";

const NEAR = 600;
const nodes = new Map();
let place = "";
let sticks = true;

const initials = (text) => /\p{Script=Han}/u.test(text) ? text.slice(-2) : text.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
const hue = (id) => Math.max(0, view.state.people.findIndex((member) => member.id === id)) % 8;
export const avatar = (id, text, app) => el("span", { class: `avatar ${app ? "app" : `hue-${hue(id)}`}`, "aria-hidden": "true" }, app ? text[0] : initials(text));

export function message(channel, it, inThread = false) {
  const choose = (action, value) => act({ do: "click", channel, ts: it.ts, action_id: action, value });
  const when = new Date(Number(it.ts) * 1000);
  const own = view.state.shortcuts.filter((one) => one.kind === "message");
  const content = it.blocks?.length ? it.blocks.map((part) => block(part, choose, it.state))
    : el("div", { class: "text", lang: language(it.text || "") }, mrkdwn(it.text || ""));
  return el("article", { class: `message${it.ephemeral ? " ephemeral" : ""}${it.app ? " from-app" : ""}`, "data-ts": it.ts, tabindex: "-1" },
    avatar(it.user || "", it.author, it.app),
    el("div", { class: "body" },
      it.ephemeral ? el("p", { class: "only" }, words.only) : null,
      el("header", {}, el("b", { class: "author" }, it.author), it.app ? el("span", { class: "tag" }, words.app) : null,
        el("time", { datetime: when.toISOString(), title: `${fullDay(when)} ${clock(when)}` }, clock(when)),
        it.edited ? el("small", {}, words.edited) : null),
      content,
      (it.attachments || []).flatMap((part) => part.blocks || []).map((part) => block(part, choose, it.state)),
      (it.files || []).map((file) => el("div", { class: "file" }, file.title || file.name,
        file.name.endsWith(".png") ? el("img", { src: `/practice/file/${file.id}`, alt: file.alt_txt || "" }) : null)),
      it.replies && !inThread ? el("button", { type: "button", class: "link", onclick: () => { view.thread = it.ts; refresh(); } }, words.replies(it.replies)) : null),
    own.length && !it.ephemeral ? shortcuts(channel, it, own) : null);
}

function shortcuts(channel, it, own) {
  const node = el("button", { type: "button", class: "button shortcuts", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": words.moreActions, title: words.moreActions }, "⋯");
  node.addEventListener("click", () => menu(node, own.map((one) => [one.name,
    () => act({ do: "message_shortcut", callback_id: one.callback_id, channel, ts: it.ts })])));
  return node;
}

function kept(key, value, make) {
  const now = JSON.stringify(value);
  const held = nodes.get(key);
  if (held?.now === now) return held.node;
  const node = make();
  if (held?.node.contains(document.activeElement)) requestAnimationFrame(() => (node.querySelector("button, input, select") || node).focus({ preventScroll: true }));
  nodes.set(key, { now, node });
  return node;
}

function listed(open, state) {
  const found = [];
  let day = "";
  for (const it of open.messages) {
    const when = new Date(Number(it.ts) * 1000);
    if (dayKey(when) !== day) {
      day = dayKey(when);
      const label = dayName(when, new Date(state.now));
      found.push(kept(`day ${day}`, label, () => el("h2", { class: "day" }, el("span", {}, label))));
    }
    found.push(kept(it.ts, [open.id, it, state.user, state.shortcuts], () => message(open.id, it)));
  }
  return found;
}

function anchor(box) {
  const top = box.getBoundingClientRect().top;
  const first = [...box.querySelectorAll("article")].find((node) => node.getBoundingClientRect().bottom > top);
  return first ? [first.dataset.ts, first.getBoundingClientRect().top] : null;
}

function show(state) {
  const box = at("messages");
  const open = state.open;
  box.hidden = view.place === "home";
  if (!open || !changed("messages", [open, state.user, state.now.slice(0, 10), me().locale])) return;
  if (!open.later) view.end = "";
  const moved = place !== `${state.user}/${open.id}`;
  const held = moved || sticks ? null : anchor(box);
  if (moved) { sticks = true; nodes.clear(); }
  place = `${state.user}/${open.id}`;
  const shown = open.messages.length ? listed(open, state) : [empty(open, state)];
  reconcile(at("list"), shown);
  for (const key of nodes.keys()) if (!nodes.get(key).node.isConnected) nodes.delete(key);
  box.classList.toggle("cut", open.earlier > 0);
  if (held) {
    const again = box.querySelector(`article[data-ts="${held[0]}"]`);
    if (again) box.scrollTop += again.getBoundingClientRect().top - held[1];
  } else if (!open.later) box.scrollTop = box.scrollHeight;
  told(open);
}

function empty(open, state) {
  const channel = state.channels.find((one) => one.id === open.id);
  const direct = channel.kind === "im";
  return el("section", { class: "empty" },
    el("h2", {}, direct ? words.empty(channel.name) : words.emptyChannel(channel.name)),
    el("p", {}, direct ? words.emptyHint : words.emptyChannelHint),
    direct ? el("ul", {}, state.guide.tries.map((line) => el("li", {}, el("button", { type: "button", class: "try",
      onclick: () => dispatchEvent(new CustomEvent("try", { detail: line })) }, line)))) : null);
}

// What is on the screen is read; whoever scrolled back is told of what is newer.
function told(open) {
  const channel = view.state.channels.find((one) => one.id === open.id);
  at("newer").hidden = sticks && !open.later;
  if (sticks && !open.later && channel?.unread && document.visibilityState === "visible" && open.newest)
    act({ do: "read", channel: open.id, ts: open.newest });
}

export function toNewest() { view.end = ""; sticks = true; at("messages").scrollTop = at("messages").scrollHeight; return refresh(); }

let shifting = false;
async function shift(end) {
  if (shifting || !end) return;
  shifting = true;
  view.end = end;
  try { await refresh(); } finally { shifting = false; }
  requestAnimationFrame(scrolled); // whoever scrolled on meanwhile goes on
}

function scrolled() {
  const box = at("messages");
  const open = view.state?.open;
  if (!open) return;
  const left = box.scrollHeight - box.clientHeight - box.scrollTop;
  sticks = left < 60 && !open.later;
  const middle = open.messages[Math.floor(open.messages.length / 2)]?.ts;
  if (box.scrollTop < NEAR && open.earlier) shift(middle);
  else if (left < NEAR && open.later) shift(`+${open.messages.at(-1).ts}`); // half a window further down
  told(open);
}

export function begin() {
  at("messages").addEventListener("scroll", scrolled, { passive: true });
  at("newer").addEventListener("click", toNewest);
  document.addEventListener("visibilitychange", () => view.state?.open && told(view.state.open));
  new ResizeObserver(() => { if (sticks) at("messages").scrollTop = at("messages").scrollHeight; }).observe(at("list"));
}
export { show };
