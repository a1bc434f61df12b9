// The bar with the clock, and the people and conversations at the left.
import { at, changed, el } from "/static/dom.js";
import { avatar } from "/static/messages.js";
import { act, draw, go, me, refresh, send, view } from "/static/store.js";
import { city, clock, clockIn, fullDay, shortDay, soon } from "/static/text.js";
import { speak, words } from "/static/words.js";

let heard = { now: 0, at: 0 };
export function hear(now) { heard = { now: +new Date(now), at: performance.now() }; tick(); }
function tick() {
  if (!view.state?.people?.length || !heard.now) return;
  const now = new Date(heard.now + (view.state.clock.busy ? 0 : performance.now() - heard.at));
  at("now").textContent = clock(now);
  at("day").textContent = innerWidth < 700 ? shortDay(now) : fullDay(now);
  at("zone").textContent = city(me().tz);
}

const badge = (count) => count ? el("span", { class: "badge", "aria-label": words.unread(count > 99 ? "99+" : count) }, count > 99 ? "99+" : String(count)) : null;

function person(member, state) {
  const where = [member.title, `${city(member.tz)} ${clockIn(member.tz, new Date(state.now))}`].filter(Boolean).join(" · ");
  return el("button", { type: "button", class: "person", "aria-current": member.id === state.user ? "true" : "false", "data-user": member.id,
    onclick: () => choose(member.id, view.place === "home" ? "home" : "") },
  avatar(member.id, member.name), el("span", { class: "grow" }, el("b", {}, member.name), el("small", {}, where)), badge(member.unread));
}

function place(id, mark, name, unread) {
  return el("button", { type: "button", class: "place", "aria-current": id === view.place ? "true" : "false", "data-place": id,
    onclick: () => choose(view.user, id) }, el("span", { class: "mark", "aria-hidden": "true" }, mark), el("span", { class: "grow" }, name), badge(unread));
}

async function choose(user, id) {
  drawer(false);
  await go(user, id);
  open();
}

// Slack tells the app that somebody looks at it.
export function open() {
  const channel = view.state.channels.find((one) => one.id === view.place);
  if (view.place === "home") act({ do: "home", tab: "home" });
  else if (channel?.kind === "im") act({ do: "home", tab: "messages" });
}

export function drawer(shown) {
  document.body.classList.toggle("drawer", shown);
  at("open-menu").setAttribute("aria-expanded", String(shown));
  if (shown) at("people").querySelector("[aria-current=true]")?.focus();
}

export function show(state) {
  speak(me().locale);
  hear(state.now);
  texts(state);
  const minute = state.now.slice(0, 16);
  if (changed("people", [state.people, state.user, minute])) at("people").replaceChildren(...focused(at("people"), () => state.people.map((member) => person(member, state))));
  if (changed("places", [state.channels, view.place, me().locale])) {
    const direct = state.channels.filter((one) => one.kind === "im" || one.kind === "mpim");
    const rooms = state.channels.filter((one) => !direct.includes(one));
    at("places").replaceChildren(...focused(at("places"), () => [
      ...direct.map((one) => place(one.id, one.kind === "im" ? "k" : "⁂", one.name, one.unread)),
      place("home", "⌂", words.home, 0),
      ...(rooms.length ? [el("h2", {}, words.channels)] : []),
      ...rooms.map((one) => place(one.id, "#", one.name, one.unread))]));
  }
  const shown = state.channels.find((one) => one.id === view.place);
  at("title").textContent = view.place === "home" ? words.home : (shown?.kind === "channel" ? "# " : "") + (shown?.name || "");
  at("as").textContent = `${me().name} · ${me().title || city(me().tz)}`;
  document.title = `${me().name} · ${state.team}`;
}

// Redrawing a list keeps the keyboard where it was.
function focused(box, make) {
  const held = document.activeElement;
  const key = box.contains(held) && (held.dataset.user || held.dataset.place);
  const made = make();
  if (key) queueMicrotask(() => made.find((node) => node.dataset.user === key || node.dataset.place === key)?.focus());
  return made;
}

function texts(state) {
  const { clock: it } = state;
  at("clock-buttons").hidden = !it.moves;
  at("clock-buttons").classList.toggle("busy", it.busy);
  for (const button of at("clock-buttons").querySelectorAll("[data-to]")) button.disabled = it.busy || (button.dataset.to === "next" && !it.next);
  at("stop").hidden = !(it.busy && it.stops);
  const next = it.next ? words.nextAt(soon(new Date(it.next), new Date(state.now))) : words.nextNone;
  at("to-next").title = next;
  at("to-next").setAttribute("aria-label", `${words.next}. ${next}`);
  at("next").textContent = it.busy ? words.moving : it.next ? next : words.nextNone;
  if (!changed("texts", me().locale)) return;
  for (const [id, word] of Object.entries({ "to-next": "next", "to-hour": "hour", "to-morning": "morning", "to-monday": "monday", stop: "stop",
    "people-title": "people", "places-title": "messages", newer: "newer", "open-panel-word": "playbooks" })) at(id).textContent = words[word];
  at("open-menu").setAttribute("aria-label", words.menu);
}

async function move(wish) {
  try {
    const done = await send("/practice/clock", { user: view.user, ...wish });
    if (!done.ok) view.problem = words.failed(done.error);
  } catch { view.problem = words.unreachable; }
  draw();
  await refresh();
}

export function begin() {
  setInterval(tick, 1000);
  at("clock-buttons").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.to) move(button.dataset.to === "hour" ? { advance: 3600 } : { to: button.dataset.to });
    else if (button?.id === "stop") move({ stop: true });
  });
  at("open-menu").addEventListener("click", () => drawer(!document.body.classList.contains("drawer")));
  at("shade").addEventListener("click", () => drawer(false));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("drawer")) { drawer(false); at("open-menu").focus(); }
  });
}
