// Keys: an element says which it answers to in data-keys ("g t", "r", "ctrl+k"); j, k and Enter
// walk the rows of [data-list]; ? shows the keys.
const ROWS = "[data-list] > li";
const PAUSE_MS = 1200;
let typed = [];
let timer = 0;

export function listen() {
  document.addEventListener("keydown", onKey);
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) return void onChord(event);
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  if (event.key === "?") return void showKeys();
  if (event.key === "j" || event.key === "k") return void walk(event.key === "j" ? 1 : -1);
  if (event.key === "Enter") return void openPicked(event);
  remember(event.key);
  const target = answering(typed.join(" ")) ?? answering(event.key);
  if (!target) return;
  event.preventDefault();
  typed = [];
  press(target);
}

// The dialog names only the keys that something on this page answers to.
export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  for (const line of dialog.querySelectorAll("[data-when]")) {
    line.hidden = !document.querySelector(line.dataset.when);
  }
  dialog.showModal();
}

function onChord(event) {
  const target = answering(`ctrl+${event.key.toLowerCase()}`);
  if (!target) return;
  event.preventDefault();
  press(target);
}

function isTyping(target) {
  return target.isContentEditable
    || target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=range])")
    || target.closest("[data-slider]") !== null;
}

function remember(key) {
  clearTimeout(timer);
  timer = setTimeout(() => { typed = []; }, PAUSE_MS);
  typed.push(key);
}

// A row of a list answers only while it is picked: what the key does must be to the person in it,
// never to whoever else stands first on the page. Without a picked row, one alone may answer.
function answering(keys) {
  const all = [...document.querySelectorAll(`[data-keys="${CSS.escape(keys)}"]`)];
  const outside = all.filter((one) => !one.closest(ROWS));
  if (document.querySelector(".picked")) {
    return all.find((one) => one.closest(".picked")) ?? outside[0];
  }
  return outside[0] ?? (all.length === 1 ? all[0] : undefined);
}

function press(target) {
  target.focus();
  if (!target.matches("input, textarea")) target.click();
}

function walk(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("picked"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  rows[at]?.classList.remove("picked");
  next.classList.add("picked");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a, button")?.focus({ preventScroll: true });
}

function openPicked(event) {
  if (event.target.closest("a, button, summary")) return;
  document.querySelector(".picked a")?.click();
}
