// A check-in that goes on without a connection. The page holds every later question as a
// <template data-step>; an answer is kept, the next question is shown, and the answer is sent when it can be.
// docs/reference/design.md says what the server replies.
import { Outbox } from "./outbox.js";

export function runCheckIn(root) {
  const form = root.querySelector("form[data-check-in]");
  if (form) new CheckIn(form).start();
}

class CheckIn {
  constructor(form) {
    this.form = form;
    this.stage = form.querySelector("[data-stage]");
    this.line = form.querySelector("[data-saved]");
    this.steps = [...form.querySelectorAll("template[data-step]")];
    this.outbox = new Outbox(form.dataset.checkIn, {
      onState: (state) => this.say(state),
      onReply: (reply) => this.hear(reply),
    });
  }

  start() {
    this.form.addEventListener("submit", (event) => this.answer(event));
    const last = this.outbox.waiting.at(-1);
    if (last) this.show(Number(last.key) + 1);
    this.outbox.send();
  }

  answer(event) {
    const button = event.submitter;
    if (!button?.matches(".answer")) return;
    event.preventDefault();
    const step = Number(this.stage.dataset.at);
    const fields = [...new FormData(this.form, button)].filter(([, value]) => typeof value === "string");
    if (button.hasAttribute("data-urgent")) this.form.ownerDocument.querySelector("[data-urgent-help]")?.removeAttribute("hidden");
    this.outbox.put(String(step), this.form.action, fields);
    this.show(step + 1);
  }

  show(step) {
    const next = this.steps.find((template) => Number(template.dataset.step) === step);
    if (!next) return void this.finish();
    this.stage.replaceChildren(next.content.cloneNode(true));
    this.stage.dataset.at = String(step);
    const legend = this.stage.querySelector("legend");
    legend?.setAttribute("tabindex", "-1");
    legend?.focus();
    scrollTo({ top: 0 });
  }

  finish() {
    if (!this.outbox.waiting.length) return void location.assign(this.form.dataset.done);
    this.finished = true;
    for (const button of this.stage.querySelectorAll("button")) button.disabled = true;
    this.say("waiting");
  }

  say(state) {
    if (this.line && this.line.dataset[state]) this.line.textContent = this.line.dataset[state];
  }

  // {"go": address} moves on at once: to crisis help, or to the question that was refused.
  async hear(reply) {
    const told = reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : {};
    if (told.go) return void location.assign(told.go);
    if (!reply.ok) return void location.reload();
    if (this.finished && !this.outbox.waiting.length) location.assign(this.form.dataset.done);
  }
}
