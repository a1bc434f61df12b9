// Slack's mrkdwn and times, as nodes.
import { el } from "/static/dom.js";
import { me, name } from "/static/store.js";
import { words } from "/static/words.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const plainly = (text) => text.replace(/&(amp|lt|gt);/g, (found) => ENTITIES[found]);
const EMOJI = { wave: "👋", white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", x: "❌", calendar: "📅", bulb: "💡",
  tada: "🎉", thumbsup: "👍", "+1": "👍", eyes: "👀", bell: "🔔", no_bell: "🔕", point_right: "👉", arrow_right: "➡️", memo: "📝" };
export const emoji = (leaf) => leaf.unicode
  ? String.fromCodePoint(...leaf.unicode.split("-").map((code) => parseInt(code, 16))) : EMOJI[leaf.name] || `:${leaf.name}:`;
const emojied = (text) => text.replace(/:([a-z0-9_+-]+):/g, (found, word) => EMOJI[word] || found);

export function link(url, label) {
  return /^(https?:|mailto:)/.test(url) ? el("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, label || url) : label || url;
}

function angled(inside) {
  const [target, label] = inside.split("|");
  if (target.startsWith("!date^")) return el("time", {}, plainly(label || target));
  if (target.startsWith("@")) return el("span", { class: "mention" }, "@" + plainly(label || name(target.slice(1))));
  if (/^[#!]/.test(target)) return el("span", { class: "mention" }, plainly(label || "@" + target.slice(1).split("^")[0]));
  return link(plainly(target), plainly(label || target));
}

const MARKS = { "*": "b", "_": "i", "~": "s", "`": "code" };
const INLINE = /<([^<>]+)>|(^|[^\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}])/gu;
function inline(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    found.push(emojied(plainly(text.slice(from, match.index))));
    if (match[1]) found.push(angled(match[1]));
    else found.push(match[2], el(MARKS[match[3]], {}, match[3] === "`" ? plainly(match[4]) : inline(match[4])));
    from = match.index + match[0].length;
  }
  found.push(emojied(plainly(text.slice(from))));
  return found.filter((part) => part !== "");
}

export function mrkdwn(text) {
  return text.split(/```\n?([^]*?)```/).map((part, index) => {
    if (index % 2) return el("pre", {}, plainly(part));
    return part.split(/((?:^&gt; ?.*(?:\n|$))+)/m).map((piece) => piece.startsWith("&gt;")
      ? el("blockquote", {}, inline(piece.replace(/^&gt; ?/gm, "").replace(/\n$/, ""))) : inline(piece));
  });
}

export const written = (text) => !text ? "" : text.type === "mrkdwn" ? mrkdwn(text.text) : emojied(text.text);

// --- times, in the zone and language of whoever acts

const formats = new Map();
function format(options) {
  const zone = me().tz || "UTC";
  const locale = (me().locale || "en").startsWith("zh") ? "zh-CN" : "en-GB";
  const key = JSON.stringify([zone, locale, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return formats.get(key);
}
export const clock = (date) => format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);
export const dayKey = (date) => format({ year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
export const longDay = (date) => format({ weekday: "long", day: "numeric", month: "long" }).format(date);
export const shortDay = (date) => format({ weekday: "short", day: "numeric", month: "short" }).format(date);
export const fullDay = (date) => format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(date);

export function dayName(date, now) {
  const days = { [dayKey(now)]: words.today, [dayKey(new Date(now - 864e5))]: words.yesterday };
  return days[dayKey(date)] || longDay(date);
}
export function soon(date, now) {
  const days = { [dayKey(now)]: words.soonToday, [dayKey(new Date(+now + 864e5))]: words.soonTomorrow };
  return `${days[dayKey(date)] || shortDay(date)} ${clock(date)}`;
}
export const city = (zone) => (zone || "").split("/").pop().replaceAll("_", " ");
export function clockIn(zone, date) {
  const key = `in ${zone}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", hour: "2-digit", minute: "2-digit" }));
  return formats.get(key).format(date);
}
