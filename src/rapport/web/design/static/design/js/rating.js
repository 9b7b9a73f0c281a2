// Rates item after item: a digit answers the item at hand and moves on, backspace and the arrows
// go back and forth. The taps are radio buttons, so without scripts the form is the same.
for (const form of document.querySelectorAll("form[data-rating]")) run(form);
document.addEventListener("htmx:load", (event) => {
  for (const form of event.target.querySelectorAll("form[data-rating]")) run(form);
});

function run(form) {
  if (form.dataset.ready !== undefined) return;
  form.dataset.ready = "";
  const rows = [...form.querySelectorAll("[data-rating-item]")];
  const send = form.querySelector("[data-rating-send]");
  let at = Math.max(0, rows.findIndex((row) => !chosen(row)));

  const show = () => rows.forEach((row, n) => row.classList.toggle("at-hand", n === at));
  const move = (to) => {
    at = Math.min(rows.length, Math.max(0, to));
    show();
    const target = at < rows.length ? chosen(rows[at]) ?? rows[at].querySelector("input") : send;
    target.focus({ preventScroll: true });
    (rows[at] ?? send).scrollIntoView({ block: "nearest" });
  };

  rows.forEach((row, n) => {
    row.addEventListener("change", () => say(row));
    row.addEventListener("click", (event) => {
      if (!event.target.matches("input")) return;
      if (event.detail > 0) move(n + 1); // a real tap; arrow keys make clicks without a pointer
    });
    row.addEventListener("focusin", () => {
      at = n;
      show();
    });
    say(row);
  });
  document.addEventListener("keydown", (event) => {
    if (!form.isConnected || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "Backspace") {
      event.preventDefault();
      return void move(at - 1);
    }
    const tap = rows[at]?.querySelector(`input[value="${CSS.escape(event.key)}"]`);
    if (!tap) return;
    event.preventDefault();
    tap.checked = true;
    say(rows[at]);
    move(at + 1);
  }, true);
  show();
}

function chosen(row) {
  return row.querySelector("input:checked");
}

function say(row) {
  row.querySelector("output").textContent = chosen(row)?.dataset.words ?? "";
  if (!chosen(row)) return;
  row.classList.remove("rating-wrong");
  row.querySelector("[data-rating-error]")?.remove();
}

function isTyping(target) {
  return target.matches("textarea, select, input:not([type=radio])") || target.closest("[data-slider], dialog") !== null;
}
