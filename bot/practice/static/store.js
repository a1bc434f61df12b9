// What the page knows: one person's Slack, as the server last told it, and where this window looks.
import { forget } from "/static/dom.js";
import { words } from "/static/words.js";

export const view = { state: null, user: "", place: "", end: "", thread: "", problem: "" };
const listeners = [];
export const onState = (work) => listeners.push(work);
export const draw = () => { if (view.state) for (const work of listeners) work(view.state); };

export function me() { return view.state.people.find((member) => member.id === view.state.user); }
export function name(id) { return view.state.people.find((member) => member.id === id)?.name || (id === view.state.bot.id ? view.state.bot.name : id); }

// Where this window looks is in its address: a reload comes back to it, and two windows may look elsewhere.
export function readAddress() { [view.user, view.place] = decodeURIComponent(location.hash.slice(1)).split("/").concat("", ""); }
function writeAddress() { history.replaceState(null, "", `#${view.user}/${view.place}`); }

export async function go(user, place) {
  if (user !== view.user) forget();
  Object.assign(view, { user, place, end: "", thread: "", problem: "" });
  writeAddress();
  await refresh();
}

export async function send(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return answer.json();
}

export async function act(deed) {
  view.problem = "";
  let outcome;
  try {
    outcome = await send("/practice/act", { user: view.state.user, ...deed });
  } catch {
    outcome = { ok: false, error: "unreachable" };
  }
  if (!outcome.ok && outcome.error) view.problem = said(outcome.error);
  await refresh();
  return outcome;
}

function said(word) {
  if (word === "unreachable") return words.unreachable;
  return /timeout|dispatch_failed|no_response/.test(word) ? words.timeout : words.failed(word);
}

// One question at a time; what changed meanwhile is asked for right after.
let asking = null;
let again = false;
export async function refresh() {
  if (asking) { again = true; return asking.catch(() => {}); }
  asking = (async () => {
    do {
      again = false;
      await ask();
    } while (again);
  })();
  try { await asking; } catch { /* the stream of changes says so, and tries again */ } finally { asking = null; }
}

async function ask() {
  const channel = view.place === "home" ? "" : view.place;
  const query = new URLSearchParams({ user: view.user, channel, end: view.end, thread: view.thread });
  const state = await (await fetch(`/practice/state?${query}`)).json();
  if (!state.people?.length) return;
  if (view.user && query.get("user") !== view.user) { again = true; return; }
  const known = view.place === "home" || state.channels.some((one) => one.id === view.place);
  view.user = state.user;
  if (!known) {
    view.place = state.channels.find((one) => one.kind === "im").id;
    writeAddress();
    again = true;
    return;
  }
  if (view.state && view.state.boot !== state.boot) forget();
  view.state = state;
  draw();
}
