// What somebody typed outlives a sign-in, or a page too old, that came in between: it waits in this
// tab until the same person is back on the same page, and is forgotten as soon as a form has arrived.
// What stands in a form[data-private] or [data-secret], or beside a password, is never kept.
const KEPT = "typed";

export function keepTyped() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (document.querySelector("[data-interrupted]")) {
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, interrupted: true }));
    return;
  }
  sessionStorage.removeItem(KEPT);
  if (kept?.interrupted && kept.page === here() && kept.person === person()) putBack(kept);
  document.addEventListener("submit", (event) => keep(event.target));
}

function here() {
  return location.pathname + location.search;
}

function person() {
  return document.body.dataset.person ?? "";
}

function keep(form) {
  if (form.method !== "post" || form.matches("[data-private], [data-secret], :has([type=password])")) return;
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  if (fields.length) sessionStorage.setItem(KEPT, JSON.stringify({ person: person(), page: here(), action: form.action, fields }));
}

function putBack({ action, fields }) {
  const form = [...document.forms].find((one) => one.action === action);
  for (const [name, value] of form ? fields : []) {
    for (const field of form.elements) {
      if (field.name !== name || field.type === "hidden" || field.type === "file") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else if (field.type !== "submit") field.value = value;
    }
  }
  form?.closest("details")?.setAttribute("open", "");
}
