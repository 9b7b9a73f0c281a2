// What could not be sent yet waits on this device, in order, and leaves it as soon as it is sent.
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;

const waitsFor = (reply) => (reply.status >= 500 || reply.status === 429 ? "waiting" : "");

export class Outbox {
  // `onState` hears "saving", "done", "refused" and why something waits: what `waits` says of a reply
  // that took nothing, else "waiting". `onReply` gets each other reply.
  constructor(name, { onState = () => {}, onReply = () => {}, waits = waitsFor } = {}) {
    this.name = `outbox:${name}`;
    this.onState = onState;
    this.onReply = onReply;
    this.waits = waits;
    this.waiting = this.load();
    this.pause = FIRST_PAUSE_MS;
    this.sending = false;
    addEventListener("online", () => this.send());
  }

  load() {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "[]");
    } catch {
      return [];
    }
  }

  keep() {
    try {
      if (this.waiting.length) localStorage.setItem(this.name, JSON.stringify(this.waiting));
      else localStorage.removeItem(this.name);
    } catch {
      // Storage may be blocked or full: the page itself still holds what waits.
    }
  }

  clear() {
    this.waiting = [];
    this.keep();
  }

  // A later entry with the same key takes the place of one that has not left yet.
  put(key, url, fields) {
    const inFlight = this.sending ? 1 : 0;
    this.waiting = this.waiting.filter((entry, at) => at < inFlight || entry.key !== key);
    this.waiting.push({ key, url, fields });
    this.keep();
    return this.send();
  }

  // Kept once nothing is on its way any more: sent, or waiting for a better time.
  send() {
    if (!this.sending && this.waiting.length) this.sent = this.sendAll();
    return this.sent;
  }

  async sendAll() {
    this.sending = true;
    clearTimeout(this.timer);
    while (this.waiting.length && (await this.sendFirst()));
    this.sending = false;
    if (!this.waiting.length) return;
    this.timer = setTimeout(() => this.send(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  async sendFirst() {
    const { url, fields } = this.waiting[0];
    this.onState("saving");
    let reply;
    try {
      reply = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        credentials: "same-origin",
      });
    } catch {
      this.onState("waiting");
      return false;
    }
    const why = this.waits(reply);
    if (why) {
      this.onState(why);
      return false;
    }
    this.waiting.shift();
    this.pause = FIRST_PAUSE_MS;
    this.keep();
    this.onState(reply.ok ? "done" : "refused");
    await this.onReply(reply);
    return true;
  }
}
