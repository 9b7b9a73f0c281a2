// <form data-private="/address"> is kept nowhere but on the server, and only when it is sent. While
// somebody types in it they stay signed in, and it is not sent into a sign-in page that would lose it.
const RENEW_MS = 120000;

export function keepPrivate(root) {
  for (const form of root.querySelectorAll("form[data-private]:not([data-keeping])")) {
    form.dataset.keeping = "";
    new PrivateForm(form).listen();
  }
}

class PrivateForm {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-trouble]");
    this.renewedAt = Date.now();
  }

  listen() {
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => this.submit(event));
  }

  async typed() {
    if (Date.now() - this.renewedAt >= RENEW_MS) this.say(await this.renew());
  }

  async submit(event) {
    if (this.isSending) return;
    event.preventDefault();
    const trouble = await this.renew();
    this.say(trouble);
    if (trouble) return;
    this.isSending = true;
    this.form.requestSubmit(event.submitter);
    this.isSending = false;
  }

  // Being asked for anything, the server renews the sign-in; a new sign-in has a new token.
  async renew() {
    this.renewedAt = Date.now();
    try {
      const reply = await fetch(this.form.dataset.private, { credentials: "same-origin" });
      if (reply.redirected) return "signedOut";
      this.form.elements.csrfmiddlewaretoken.value = (await reply.json()).token;
      return "";
    } catch {
      return "offline";
    }
  }

  say(trouble) {
    this.line.hidden = !trouble;
    this.line.textContent = this.line.dataset[trouble] ?? "";
  }
}
