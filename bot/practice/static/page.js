// The practice page: shows one person's Slack and turns what they do into Slack's own deliveries.
// Every text goes into the page as a text node; nothing is ever parsed as HTML.
const at = (id) => document.getElementById(id);
let state = null;
let place = localStorage.place || "";
let user = localStorage.user || "";
let drawn = {};

function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return answer.json();
}

async function act(deed) {
  at("failed").textContent = "";
  const outcome = await send("/practice/act", { user: state.user, ...deed });
  if (!outcome.ok && outcome.error) at("failed").textContent = outcome.error;
  await refresh();
  return outcome;
}

// --- text

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const plainly = (words) => words.replace(/&(amp|lt|gt);/g, (found) => entities[found]);

function angled(inside) {
  const [target, label] = inside.split("|");
  if (target.startsWith("!date^")) return el("time", {}, label || target);
  if (target.startsWith("@")) {
    const person = state.people.find((member) => member.id === target.slice(1));
    return el("b", {}, "@" + (label || (person ? person.name : target.slice(1))));
  }
  if (target.startsWith("#") || target.startsWith("!")) return el("b", {}, label || "@" + target.slice(1));
  if (/^(https?:|mailto:)/.test(target)) {
    return el("a", { href: plainly(target), rel: "noreferrer noopener", target: "_blank" }, plainly(label || target));
  }
  return document.createTextNode(plainly(label || target));
}

const marks = { "*": "b", "_": "i", "~": "s", "`": "code" };
function mrkdwn(words) {
  const pattern = /<([^<>]+)>|(^|[^\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}])/gu;
  const found = [];
  let from = 0;
  for (const match of words.matchAll(pattern)) {
    found.push(plainly(words.slice(from, match.index)));
    if (match[1]) found.push(angled(match[1]));
    else found.push(match[2], el(marks[match[3]], {}, match[3] === "`" ? plainly(match[4]) : mrkdwn(match[4])));
    from = match.index + match[0].length;
  }
  found.push(plainly(words.slice(from)));
  return found.filter((part) => part !== "");
}

const words = (text) => !text ? "" : text.type === "mrkdwn" ? mrkdwn(text.text) : text.text;
const prose = (text) => el("div", { class: "text" }, words(text));

// --- elements: `choose(action_id, value)` is called where Slack would send block_actions

function options(element) {
  const plain = (list) => list.map((option) => el("option", { value: option.value }, option.text.text));
  if (!element.option_groups) return plain(element.options || []);
  return element.option_groups.map((group) => el("optgroup", { label: group.label.text }, plain(group.options)));
}

function draw(element, choose, held) {
  const id = element.action_id;
  const pick = (value) => choose && choose(id, value, element);
  const label = element.placeholder ? element.placeholder.text : "";
  switch (element.type) {
    case "button":
    case "icon_button":
      return el("button", { type: "button", class: element.style || "", "data-action": id,
        "aria-label": element.accessibility_label, onclick: async () => {
          if (element.confirm && !confirm(`${element.confirm.title.text}\n\n${element.confirm.text.text}`)) return;
          if (/^https?:/.test(element.url || "")) window.open(element.url, "_blank", "noopener");
          pick(element.value ?? null);
        } }, element.text.text);
    case "overflow":
      return el("select", { "aria-label": "More", "data-action": id, onchange: (event) => pick(event.target.value) },
        el("option", { value: "" }, "…"), options(element));
    case "static_select": case "external_select": {
      const first = held?.selected_option?.value ?? element.initial_option?.value ?? "";
      const node = el("select", { "aria-label": label || "Choose", "data-action": id, name: id,
        onchange: (event) => pick(event.target.value) }, el("option", { value: "" }, label || "Choose"), options(element));
      node.value = first;
      return node;
    }
    case "multi_static_select": {
      const chosen = (held?.selected_options ?? element.initial_options ?? []).map((option) => option.value);
      const node = el("select", { multiple: true, "aria-label": label || "Choose", "data-action": id, name: id,
        onchange: (event) => pick([...event.target.selectedOptions].map((option) => option.value)) }, options(element));
      for (const option of node.options) option.selected = chosen.includes(option.value);
      return node;
    }
    case "users_select": {
      const node = el("select", { "aria-label": label || "Person", "data-action": id, name: id, onchange: (event) => pick(event.target.value) },
        el("option", { value: "" }, label || "Person"), state.people.map((member) => el("option", { value: member.id }, member.name)));
      node.value = held?.selected_user ?? element.initial_user ?? "";
      return node;
    }
    case "checkboxes": case "radio_buttons": {
      const many = element.type === "checkboxes";
      const before = many ? (held?.selected_options ?? element.initial_options ?? []) : [held?.selected_option ?? element.initial_option];
      const chosen = before.filter(Boolean).map((option) => option.value);
      const group = el("div", { role: many ? "group" : "radiogroup", "data-action": id });
      group.append(...element.options.map((option) => el("label", { class: "text" }, el("input", {
        type: many ? "checkbox" : "radio", name: id, value: option.value, checked: chosen.includes(option.value),
        onchange: () => pick(collect(group, element)) }), " ", words(option.text), " ")));
      return group;
    }
    case "datepicker": return input(id, "date", held?.selected_date ?? element.initial_date, pick);
    case "timepicker": return input(id, "time", held?.selected_time ?? element.initial_time, pick);
    case "datetimepicker": return input(id, "datetime-local", "", (value) => pick(Math.floor(new Date(value) / 1000)));
    case "image": return el("img", { src: element.image_url, alt: element.alt_text, width: 48 });
    default: {
      const value = held?.value ?? element.initial_value ?? "";
      const props = { name: id, "data-action": id, placeholder: label, maxlength: element.max_length, autofocus: element.focus_on_load };
      const node = element.multiline ? el("textarea", { ...props, rows: 4 }) : el("input", props);
      node.value = value;
      return node;
    }
  }
}

function input(id, type, value, pick) {
  return el("input", { type, name: id, "data-action": id, value, onchange: (event) => pick(event.target.value) });
}

function collect(node, element) {
  if (element.type === "checkboxes") return [...node.querySelectorAll("input:checked")].map((box) => box.value);
  if (element.type === "radio_buttons") return node.querySelector("input:checked")?.value ?? null;
  if (element.type === "multi_static_select") return [...node.selectedOptions].map((option) => option.value);
  if (element.type === "datetimepicker") return node.value ? Math.floor(new Date(node.value) / 1000) : null;
  return node.value === "" ? null : node.value;
}

// --- blocks

function rich(part) {
  const inner = part.elements || [];
  if (part.type === "rich_text_list") {
    return el(part.style === "ordered" ? "ol" : "ul", {}, inner.map((item) => el("li", {}, rich(item))));
  }
  const leaves = inner.map((leaf) => {
    const person = state.people.find((member) => member.id === leaf.user_id);
    const said = leaf.type === "user" ? "@" + (person?.name || leaf.user_id) : leaf.text || leaf.url || leaf.name || "";
    const tag = leaf.style?.bold ? "b" : leaf.style?.italic ? "i" : leaf.style?.strike ? "s" : leaf.style?.code ? "code" : "span";
    return leaf.type === "link" ? el("a", { href: leaf.url, rel: "noreferrer", target: "_blank" }, said) : el(tag, {}, said);
  });
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] || "div";
  return el(tag, { class: "text" }, leaves);
}

function block(it, choose, view) {
  const held = (element) => view?.state?.values?.[it.block_id]?.[element.action_id];
  const shown = (element) => draw(element, choose, held(element));
  const box = (...children) => el("div", { class: `block ${it.type}`, "data-block": it.block_id }, children);
  switch (it.type) {
    case "divider": return el("hr");
    case "header": return box(it.text.text);
    case "section":
      return box(it.text ? prose(it.text) : null, it.fields ? el("div", { class: "fields" }, it.fields.map(prose)) : null,
        it.accessory ? shown(it.accessory) : null);
    case "context": return box(it.elements.map((part) => part.type === "image" ? shown(part) : prose(part)));
    case "actions": case "context_actions": return box(it.elements.map(shown));
    case "image": return box(it.title ? el("div", {}, it.title.text) : null, el("img", { src: it.image_url, alt: it.alt_text }));
    case "rich_text": return box(el("div", {}, it.elements.map(rich)));
    case "table": case "data_table":
      return box(el("table", {}, it.rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, String(cell.text ?? cell.value ?? "")))))));
    case "input": {
      const field = draw(it.element, it.dispatch_action ? choose : null, held(it.element));
      field.dataset.field = JSON.stringify({ block: it.block_id, action: it.element.action_id, type: it.element.type });
      const wrong = view?.errors?.[it.block_id];
      return box(el("label", {}, it.label.text, it.optional ? " (optional)" : "", field),
        it.hint ? el("div", { class: "hint" }, it.hint.text) : null, wrong ? el("div", { class: "error", role: "alert" }, wrong) : null);
    }
    default: return box(el("div", { class: "text" }, typeof it.text === "string" ? it.text : words(it.text)));
  }
}

// --- the page

function values() {
  const found = {};
  for (const node of at("modal").querySelectorAll("[data-field]")) {
    const { block: name, action, type } = JSON.parse(node.dataset.field);
    found[name] = { ...found[name], [action]: collect(node, { type }) };
  }
  return found;
}

// What was typed stays when the app changes the form under it.
function keep(typed) {
  for (const node of at("modal").querySelectorAll("[data-field]")) {
    const { block: name, action, type } = JSON.parse(node.dataset.field);
    const before = typed[name]?.[action];
    const known = state.modal.state.values[name]?.[action];
    if (typeof before === "string" && !known && !["radio_buttons", "checkboxes"].includes(type)) node.value = before;
  }
}

function drawModal() {
  const modal = state.modal;
  const dialog = at("modal");
  if (!modal) { dialog.close(); dialog.replaceChildren(); return; }
  const typed = dialog.dataset.view === modal.id ? values() : {};
  dialog.dataset.view = modal.id;
  const inHome = (id, value) => act({ do: "click_view", view_id: modal.id, action_id: id, value, values: values() });
  dialog.replaceChildren(
    el("form", { method: "dialog", onsubmit: async (event) => {
      event.preventDefault();
      await act({ do: "submit", view_id: modal.id, values: values() });
    } },
    el("h2", {}, modal.title.text),
    modal.errors[""] ? el("p", { class: "error", role: "alert" }, modal.errors[""]) : null,
    modal.blocks.map((it) => block(it, inHome, modal)),
    el("footer", {},
      el("button", { type: "button", onclick: () => act({ do: "close", view_id: modal.id }) }, modal.close?.text || "Close"),
      modal.submit ? el("button", { class: "primary" }, modal.submit.text) : null)));
  keep(typed);
  if (!dialog.open) dialog.showModal();
}

function drawMessage(channel, message) {
  const choose = (id, value) => value !== "" && act({ do: "click", channel: channel.id, ts: message.ts, action_id: id, value });
  const when = new Date(Number(message.ts) * 1000);
  return el("article", { class: message.ephemeral ? "ephemeral" : "", "data-ts": message.ts },
    el("header", {}, el("b", {}, message.author), el("small", {}, when.toLocaleString()),
      message.ephemeral ? el("small", {}, "Only visible to you") : null, message.edited ? el("small", {}, "(edited)") : null),
    message.blocks ? message.blocks.map((it) => block(it, choose, null)) : el("div", { class: "text" }, mrkdwn(message.text)),
    (message.files || []).map((file) => el("div", {}, `📎 ${file.title || file.name}`)));
}

function nav(node, items, current, choose) {
  node.replaceChildren(...items.map(([id, name]) =>
    el("button", { type: "button", "aria-current": id === current ? "true" : "false", onclick: () => choose(id) }, name)));
}

function changed(part, value) {
  const now = JSON.stringify(value);
  if (drawn[part] === now) return false;
  drawn[part] = now;
  return true;
}

function show() {
  at("team").textContent = state.team;
  at("link").textContent = state.connected ? "app connected" : "reconnecting to the app…";
  at("now").textContent = new Date(state.now).toLocaleString();
  at("clock-buttons").hidden = !state.clock;
  const places = [...state.channels.map((channel) => [channel.id, channel.name]), ["home", "App Home"]];
  if (!places.some(([id]) => id === place)) place = places[0][0];
  if (changed("people", [state.people, state.user])) nav(at("people"), state.people.map((member) => [member.id, member.name]), state.user, (id) => {
    user = localStorage.user = id; place = ""; drawn = {}; refresh();
  });
  if (changed("channels", [places, place])) nav(at("channels"), places, place, (id) => {
    place = localStorage.place = id; show();
    if (id === "home") act({ do: "home" });
  });
  if (changed("modal", state.modal)) drawModal();
  const channel = state.channels.find((held) => held.id === place);
  if (!changed("messages", [place, channel ?? state.home])) return;
  const inHome = (id, value) => act({ do: "click_view", view_id: state.home.id, action_id: id, value });
  if (!channel) {
    at("messages").replaceChildren(...(state.home ? state.home.blocks.map((it) => block(it, inHome, state.home)) : ["Nothing here yet."]));
    return;
  }
  at("messages").replaceChildren(...channel.messages.map((message) => drawMessage(channel, message)));
  at("messages").scrollTop = at("messages").scrollHeight;
}

let asking = null;
async function refresh() {
  if (asking) return asking;
  asking = fetch(`/practice/state?user=${encodeURIComponent(user)}`).then((answer) => answer.json());
  try { state = await asking; } finally { asking = null; }
  show();
}

at("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = at("say").value.trim();
  if (!said) return;
  at("say").value = "";
  const [, command, text] = said.match(/^(\/\S+)\s*([^]*)$/) || [];
  const channel = state.channels.some((held) => held.id === place) ? place : undefined;
  await act(command ? { do: "slash", command, text, channel } : { do: "say", text: said, channel });
});
at("clock-buttons").addEventListener("click", async (event) => {
  const seconds = Number(event.target.dataset.advance);
  if (seconds) { await send("/practice/clock", { advance: seconds }); await refresh(); }
});
at("modal").addEventListener("cancel", (event) => {
  event.preventDefault();
  if (state.modal) act({ do: "close", view_id: state.modal.id });
});
const events = new EventSource("/practice/events");
events.onmessage = refresh;
events.onerror = () => { at("link").textContent = "reconnecting…"; };
refresh();
