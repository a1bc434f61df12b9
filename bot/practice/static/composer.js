// The composer: messages, and `/kam` with completion. A Chinese input method keeps its Enter.
import { at, changed, el, menu } from "/static/dom.js";
import { act, me, view } from "/static/store.js";
import { words } from "/static/words.js";

const box = () => at("say");
let offered = [];
let active = -1;
let closed = false;
const sent = [];
let recalled = -1;
const draftKey = () => `draft ${view.user} ${view.place}`;

function offers() {
  const text = box().value;
  if (!/^\/[^\n]*$/.test(text) || closed) return [];
  const guide = view.state.guide.commands;
  const line = text.toLowerCase();
  const full = (one) => `${one.command} ${one.text}`.trim().toLowerCase();
  const fits = guide.filter((one) => full(one).startsWith(line.trim()) && full(one) !== line.trim());
  return fits.length ? fits : [];
}

function current() {
  const text = box().value.trim().toLowerCase();
  const fits = view.state.guide.commands.filter((one) => one.text && (text + " ").startsWith(`${one.command} ${one.text.trim()} `.toLowerCase()));
  return fits[0];
}

function offer() {
  offered = offers();
  active = offered.length && !box().value.includes(" ") ? 0 : -1;
  show();
}

function show() {
  const list = at("offers");
  list.hidden = !offered.length;
  box().setAttribute("aria-expanded", String(Boolean(offered.length)));
  list.replaceChildren(...offered.map((one, index) => el("div", { role: "option", id: `offer-${index}`, "aria-selected": String(index === active),
    onpointerdown: (event) => { event.preventDefault(); take(index); } },
  el("b", {}, `${one.command} ${one.text}`.trim()), el("span", {}, one.summary), one.usage ? el("code", {}, one.usage) : null)));
  if (active >= 0) { box().setAttribute("aria-activedescendant", `offer-${active}`); list.children[active].scrollIntoView({ block: "nearest" }); }
  else box().removeAttribute("aria-activedescendant");
  const known = current();
  at("hint").textContent = known?.usage ? `${known.command} ${known.usage}` : words.sayHint;
}

function put(text) {
  box().value = text;
  box().setSelectionRange(text.length, text.length);
  grow();
  keep();
}

function take(index) {
  const one = offered[index];
  put(`${one.command} ${one.text}`.trim() + " ");
  closed = false;
  offer();
  box().focus();
}

function grow() {
  box().style.height = "auto";
  box().style.height = `${Math.min(box().scrollHeight, 180)}px`;
}

function keep() {
  if (box().value) sessionStorage.setItem(draftKey(), box().value);
  else sessionStorage.removeItem(draftKey());
}

async function submit(event) {
  event?.preventDefault();
  const text = box().value.trim();
  if (!text) return;
  const [, command, rest] = text.match(/^(\/\S+)\s*([^]*)$/) || [];
  const known = new Set(view.state.guide.commands.map((one) => one.command));
  if (command && known.size && !known.has(command)) {
    view.problem = words.notCommand(command);
    return problem();
  }
  sent.push(text);
  recalled = -1;
  put("");
  offer();
  at("composer").setAttribute("aria-busy", "true");
  const channel = view.place;
  try {
    await act(command ? { do: "slash", command, text: rest, channel } : { do: "say", text, channel });
  } finally { at("composer").removeAttribute("aria-busy"); }
}

export function problem() {
  at("failed").textContent = view.problem;
  at("failed").hidden = !view.problem;
}

function recall(step) {
  if (!sent.length) return false;
  recalled = recalled < 0 ? sent.length - 1 : Math.min(sent.length, Math.max(0, recalled + step));
  put(sent[recalled] ?? "");
  return true;
}

function keyed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const { key } = event;
  if (offered.length && (key === "ArrowDown" || key === "ArrowUp")) {
    active = (active + (key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
    show();
  } else if (offered.length && key === "Escape") { closed = true; offer(); }
  else if (offered.length && (key === "Tab" && !event.shiftKey || key === "Enter" && active >= 0 && !event.shiftKey)) take(Math.max(active, 0));
  else if (key === "Enter" && !event.shiftKey) submit();
  else if (key === "ArrowUp" && (!box().value || recalled >= 0) && recall(-1)) ;
  else if (key === "ArrowDown" && recalled >= 0 && recall(1)) ;
  else return;
  event.preventDefault();
}

const globals = () => view.state.shortcuts.filter((one) => one.kind === "global");

export function draw(state) {
  at("composer").hidden = view.place === "home";
  problem();
  const channel = state.channels.find((one) => one.id === view.place);
  const label = channel ? words.say(channel.kind === "channel" || channel.kind === "private" ? `#${channel.name}` : channel.name) : "";
  if (!changed("composer", [view.user, view.place, label, me().locale, state.guide, state.shortcuts])) return;
  box().placeholder = label;
  box().setAttribute("aria-label", label);
  at("offers").setAttribute("aria-label", words.commands);
  at("shortcuts").hidden = !globals().length;
  at("shortcuts").setAttribute("aria-label", words.shortcuts);
  at("shortcuts").title = words.shortcuts;
  at("send").setAttribute("aria-label", words.send);
  at("send").title = words.send;
  put(sessionStorage.getItem(draftKey()) || "");
  closed = false;
  offer();
}

export function begin() {
  at("composer").addEventListener("submit", submit);
  box().addEventListener("keydown", keyed);
  box().addEventListener("input", () => { closed = false; recalled = -1; grow(); keep(); offer(); });
  box().addEventListener("blur", () => { offered = []; show(); });
  at("shortcuts").addEventListener("click", () => menu(at("shortcuts"), globals().map((one) => [one.name,
    () => act({ do: "shortcut", callback_id: one.callback_id })])));
  addEventListener("try", (event) => { put(event.detail); box().focus(); offer(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select, dialog") || at("composer").hidden) return;
    event.preventDefault();
    put("/");
    box().focus();
    offer();
  });
}
