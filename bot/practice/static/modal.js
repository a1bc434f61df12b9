// The form on top, and the thread beside the conversation.
import { at, changed, el } from "/static/dom.js";
import { block } from "/static/blocks.js";
import { collect } from "/static/elements.js";
import { act, view } from "/static/store.js";
import { words } from "/static/words.js";

let filling = null;
let from = null;

function values() {
  const found = {};
  for (const node of at("modal").querySelectorAll("[data-field]")) {
    const { block: name, action, type } = JSON.parse(node.dataset.field);
    found[name] = { ...found[name], [action]: collect(node, type) };
  }
  return found;
}

// What is typed is kept by the workspace as it is typed: a reload, or another window, loses nothing of it.
function typed() {
  clearTimeout(filling);
  const id = at("modal").dataset.view;
  filling = setTimeout(() => view.state?.modal?.id === id && act({ do: "fill", view_id: id, values: values() }), 400);
}

async function deed(what) {
  clearTimeout(filling);
  at("modal").setAttribute("aria-busy", "true");
  try { await act(what); } finally { at("modal").removeAttribute("aria-busy"); }
}

export function show(state) {
  const modal = state.modal;
  const dialog = at("modal");
  if (!modal) {
    if (dialog.open) { dialog.close(); from?.isConnected && from.focus(); }
    dialog.dataset.view = "";
    changed("modal", null);
    return;
  }
  const same = dialog.dataset.view === modal.id && dialog.open;
  if (!changed("modal", [modal.id, modal.hash, modal.errors]) && same) return;
  const before = same ? values() : {};
  const focus = same ? document.activeElement?.id : "";
  if (!dialog.open) from = document.activeElement;
  dialog.dataset.view = modal.id;
  dialog.replaceChildren(form(modal, before));
  if (!dialog.open) dialog.showModal();
  const wrong = dialog.querySelector("[aria-invalid]");
  const first = dialog.querySelector("[autofocus]") || dialog.querySelector("[data-field]");
  (wrong || (focus && document.getElementById(focus)) || first || dialog.querySelector("footer button"))?.focus();
}

function form(modal, before) {
  const state = merged(modal, before);
  const choose = (id, value) => deed({ do: "click_view", view_id: modal.id, action_id: id, value, values: values() });
  return el("form", { novalidate: true, oninput: typed, onsubmit: (event) => {
    event.preventDefault();
    if (modal.submit) deed({ do: "submit", view_id: modal.id, values: values() });
  } },
  el("header", {}, el("h2", { id: "modal-title" }, modal.title.text),
    el("button", { type: "button", class: "close", "aria-label": words.close, onclick: () => deed({ do: "close", view_id: modal.id, clear: true }) }, "×")),
  el("div", { class: "scroll" }, modal.errors[""] ? el("p", { class: "error", role: "alert" }, modal.errors[""]) : null,
    modal.blocks.map((it) => block(it, choose, state, modal.errors))),
  el("footer", {},
    el("button", { type: "button", class: "button", onclick: () => deed({ do: "close", view_id: modal.id }) }, modal.close?.text || words.cancel),
    modal.submit ? el("button", { class: "button primary" }, modal.submit.text) : null));
}

// What was typed stays where the app changes the form under it and says nothing of the field.
function merged(modal, before) {
  const state = structuredClone(modal.state.values);
  for (const it of modal.blocks) {
    const action = it.element?.action_id;
    const text = before[it.block_id]?.[action];
    if (it.type === "input" && typeof text === "string" && it.element.type.endsWith("_input"))
      state[it.block_id] = { ...state[it.block_id], [action]: { type: it.element.type, value: text } };
  }
  return state;
}

export function begin() {
  at("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    if (view.state?.modal) deed({ do: "close", view_id: view.state.modal.id });
  });
}
