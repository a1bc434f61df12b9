// Small tools for the page. Every text becomes a text node; nothing is ever parsed as HTML.
export const at = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

// The parent holds exactly these nodes, in this order; those that stay are not touched, so focus and scrolling stay too.
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let cursor = parent.firstChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}

const drawn = new Map();
export function changed(part, value) {
  const now = JSON.stringify(value);
  if (drawn.get(part) === now) return false;
  drawn.set(part, now);
  return true;
}
export const forget = () => drawn.clear();

const HAN = /\p{Script=Han}/gu;
export function language(text) {
  const count = (text.match(HAN) || []).length;
  return count && count * 4 >= text.length ? "zh-CN" : count ? undefined : "en";
}

// A small menu below a button: arrow keys, Home, End, Enter, Escape; a click elsewhere closes it.
export function menu(button, items) {
  const box = el("div", { class: "menu", role: "menu", popover: "auto" }, items.map(([label, choose]) => el("button",
    { type: "button", role: "menuitem", tabindex: "-1", onclick: () => { box.hidePopover(); choose(); } }, label)));
  (button.closest("dialog") || document.body).append(box);
  const entries = [...box.children];
  const go = (index) => entries[(index + entries.length) % entries.length].focus();
  box.addEventListener("keydown", (event) => {
    const here = entries.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Tab") box.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    if (box.contains(document.activeElement) || document.activeElement === document.body) button.focus();
    box.remove();
  });
  box.showPopover();
  button.setAttribute("aria-expanded", "true");
  const from = button.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = from.bottom + 4 + size.height <= innerHeight;
  box.style.top = `${Math.max(8, below ? from.bottom + 4 : from.top - size.height - 4)}px`;
  box.style.left = `${Math.max(8, Math.min(from.left, innerWidth - size.width - 8))}px`;
  go(0);
}

// Asks before a step that the app wants confirmed.
export function confirmed(asked) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: "form confirm", "aria-labelledby": "confirm-title" },
      el("h2", { id: "confirm-title" }, asked.title.text), el("p", {}, asked.text.text),
      el("footer", {}, el("button", { type: "button", onclick: () => dialog.close("") }, asked.deny.text),
        el("button", { type: "button", class: asked.style === "danger" ? "danger" : "primary", onclick: () => dialog.close("yes") }, asked.confirm.text)));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
