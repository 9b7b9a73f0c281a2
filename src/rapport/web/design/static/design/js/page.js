// What every page gets. Each part looks for its own marks in the page and does nothing without them.
import { watchForms } from "./autosave.js";
import { drawTips } from "./chart-tip.js";
import { runCheckIn } from "./check-in.js";
import { listen, showKeys } from "./keyboard.js";
import { keepNotes, offerLeftOver } from "./note.js";
import { keepPrivate } from "./private.js";
import { walkResults } from "./search.js";
import { addTracks } from "./slider.js";
import { keepTyped } from "./typed.js";

function enhance(root) {
  addTracks(root);
  drawTips(root);
  watchForms(root);
  keepNotes(root);
  keepPrivate(root);
}

listen();
walkResults();
keepTyped();
enhance(document);
runCheckIn(document);
offerLeftOver(document);
document.querySelector("[data-focus]")?.focus();
document.addEventListener("htmx:load", (event) => enhance(event.target));
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) showKeys();
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target) || opener) menu.open = false;
  }
});
