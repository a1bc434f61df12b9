// The practice page. It shows one person's Slack; all that people do goes to the app as Slack's own deliveries.
import { at, changed } from "/static/dom.js";
import { block } from "/static/blocks.js";
import * as composer from "/static/composer.js";
import * as messages from "/static/messages.js";
import * as modal from "/static/modal.js";
import * as panel from "/static/panel.js";
import * as sidebar from "/static/sidebar.js";
import { act, go, onState, readAddress, refresh, view } from "/static/store.js";
import { speak, words } from "/static/words.js";

function home(state) {
  const box = at("home");
  box.hidden = view.place !== "home";
  if (box.hidden || !changed("home", [state.user, state.home])) return;
  const choose = (id, value) => act({ do: "click_view", view_id: state.home.id, action_id: id, value });
  if (state.home) box.replaceChildren(...state.home.blocks.map((it) => block(it, choose, state.home.state.values)));
  else box.textContent = words.emptyHome;
}

// --- the link to the workspace: a stream that says when something changed, made anew whenever it breaks

let lost = false;
function link() {
  const text = lost ? words.lost : view.state && !view.state.connected ? words.appLost : "";
  at("link").textContent = text;
  at("link").hidden = !text;
  document.body.classList.toggle("lost", lost);
}

function listen() {
  const events = new EventSource("/practice/events");
  let known = "";
  events.onmessage = async (event) => {
    const beat = JSON.parse(event.data);
    lost = false;
    sidebar.hear(beat.now);
    if (known !== `${beat.boot} ${beat.version}`) { known = `${beat.boot} ${beat.version}`; await refresh(); }
    link();
  };
  events.onerror = () => {
    lost = true;
    link();
    events.close();
    setTimeout(listen, 700);
  };
}

speak(navigator.language);
readAddress();
for (const show of [sidebar.show, messages.show, home, modal.show, composer.draw, panel.draw, link]) onState(show);
for (const part of [messages, modal, composer, sidebar, panel]) part.begin();
addEventListener("hashchange", () => { readAddress(); go(view.user, view.place).then(sidebar.open); });
at("skip").addEventListener("click", (event) => { event.preventDefault(); (at("composer").hidden ? at("home") : at("say")).focus(); });
await refresh();
listen();
if (view.state) sidebar.open();
document.body.classList.add("ready");
