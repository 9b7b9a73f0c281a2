// <form data-note="/address"> keeps a note while it is typed: on this device at once, on the server
// after a short pause and at least every few seconds. A save names the revision it was typed over and
// its window, so that two windows lose nothing; docs/reference/design.md says what the server replies.
import { Outbox } from "./outbox.js";

const QUIET_MS = 700;
const LONGEST_MS = 3000;

export function keepNotes(root) {
  for (const form of root.querySelectorAll("form[data-note]:not([data-keeping])")) {
    form.dataset.keeping = "";
    new NoteForm(form).start();
  }
}

class NoteForm {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.note;
    this.line = form.querySelector("[data-saved]");
    this.outbox = this.openOutbox(form.elements.window.value);
    this.firstTyped = 0;
  }

  openOutbox(name) {
    return new Outbox(`${this.url}#${name}`, {
      waits,
      onState: (state) => this.say(state),
      onReply: (reply) => this.hear(reply),
    });
  }

  async start() {
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => this.submit(event));
    document.querySelector("form[data-note-discard]")?.addEventListener("submit", () => this.forget());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    const sent = await this.sendLeftOver();
    if (sent && !this.firstTyped) location.assign(this.form.dataset.page);
  }

  // What windows that are gone could not send: the server takes it, or puts it aside to be compared.
  async sendLeftOver() {
    let sent = false;
    for (const name of leftOver(this.url)) {
      const outbox = this.openOutbox(name);
      for (const entry of outbox.waiting) entry.fields = withToken(entry.fields, this.token);
      await outbox.send();
      sent ||= !outbox.waiting.length;
    }
    return sent;
  }

  get token() {
    return this.form.elements.csrfmiddlewaretoken.value;
  }

  typed() {
    if (this.isGone) return;
    this.firstTyped ||= Date.now();
    clearTimeout(this.timer);
    const left = this.firstTyped + LONGEST_MS - Date.now();
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(QUIET_MS, left)));
  }

  flush() {
    if (!this.firstTyped) return undefined;
    clearTimeout(this.timer);
    this.firstTyped = 0;
    return this.outbox.put("draft", this.url, [...new FormData(this.form)]);
  }

  // Everything typed is on the server before the page is left; without a connection it stays.
  async submit(event) {
    if (this.isGone) return void event.preventDefault();
    if (!this.firstTyped && !this.outbox.waiting.length) return;
    event.preventDefault();
    const { submitter } = event;
    this.firstTyped ||= Date.now();
    await this.flush();
    if (this.isGone || (this.outbox.waiting.length && !this.isSigned)) return;
    this.outbox.clear();
    this.form.requestSubmit(submitter);
  }

  // Thrown away, or no longer theirs: no word of it stays on the device.
  forget() {
    clearTimeout(this.timer);
    this.firstTyped = 0;
    this.outbox.clear();
    for (const name of leftOver(this.url)) new Outbox(`${this.url}#${name}`).clear();
  }

  async hear(reply) {
    if (reply.status === 404) return void this.gone();
    const told = await reply.json();
    if (told.aside) {
      this.say("aside");
      this.form.querySelector("[data-compare]").hidden = false;
    } else if (told.revision !== undefined) {
      this.form.elements.revision.value = told.revision;
    }
  }

  gone() {
    this.forget();
    this.isGone = true;
    this.say("gone");
  }

  say(state) {
    this.isSigned = state === "signed";
    const words = this.line.dataset[state];
    if (words) this.line.textContent = words;
  }
}

// What was signed after the last words were typed on this device: they stand ready as an addendum.
export function offerLeftOver(root) {
  for (const form of root.querySelectorAll("form[data-note-left]")) {
    const url = form.dataset.noteLeft;
    const shown = [...document.querySelectorAll(".note-text")].map((one) => one.textContent.trim());
    const entries = leftOver(url).flatMap((name) => new Outbox(`${url}#${name}`).waiting);
    const texts = entries.flatMap((entry) => entry.fields)
      .filter(([name, text]) => name.startsWith("s-") && text.trim() && !shown.includes(text.trim()))
      .map(([, text]) => text.trim());
    const forget = () => leftOver(url).forEach((name) => new Outbox(`${url}#${name}`).clear());
    if (!texts.length) return void forget();
    form.elements.words.value ||= texts.join("\n\n");
    form.closest("details").open = true;
    form.addEventListener("submit", forget);
  }
}

// Saved, put aside, or too long: said in JSON. Not there any more: it is to be forgotten. Anything else, a sign-in page for one, took nothing.
function waits(reply) {
  if (reply.status >= 500 || reply.status === 429) return "waiting";
  if (reply.status === 410) return "signed";
  if (reply.status === 404) return "";
  const isJson = reply.headers.get("Content-Type")?.includes("json") ?? false;
  return isJson && !reply.redirected && [200, 409, 422].includes(reply.status) ? "" : "signedOut";
}

function leftOver(url) {
  const prefix = `outbox:${url}#`;
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}

function withToken(fields, token) {
  return fields.map(([name, value]) => [name, name === "csrfmiddlewaretoken" ? token : value]);
}
