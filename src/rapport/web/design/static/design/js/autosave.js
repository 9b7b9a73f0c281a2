// <form data-autosave="/address"> saves itself as one types; the form still has its own button.
import { Outbox } from "./outbox.js";

const QUIET_MS = 600;

export function watchForms(root) {
  for (const form of root.querySelectorAll("form[data-autosave]:not([data-autosaving])")) {
    form.dataset.autosaving = "";
    watch(form);
  }
}

function watch(form) {
  const url = form.dataset.autosave;
  const line = form.querySelector("[data-saved]");
  const outbox = new Outbox(url, {
    onState: (state) => {
      if (line && line.dataset[state]) line.textContent = line.dataset[state];
    },
  });
  restore(form, outbox.waiting);
  outbox.send();

  let timer = 0;
  const save = () => outbox.put(url, url, [...new FormData(form)].filter(([, value]) => typeof value === "string"));
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  });
  form.addEventListener("change", () => {
    clearTimeout(timer);
    save();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!navigator.onLine) {
      event.preventDefault();
      return void save();
    }
    outbox.clear(); // the whole form is on its way
  });
}

// What was typed before the connection, or the page, was lost. A file or a token is never put back.
function restore(form, waiting) {
  for (const [name, value] of waiting.at(-1)?.fields ?? []) {
    for (const field of form.elements) {
      if (field.name !== name || field.type === "hidden" || field.type === "file") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
}
