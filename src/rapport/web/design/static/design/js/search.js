// The search box: the arrows walk what was found, and Enter opens the only one.
export function walkResults() {
  const box = document.querySelector(".search");
  box?.addEventListener("keydown", (event) => {
    const found = [...box.querySelectorAll("[data-results] a")];
    const at = found.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      const next = at + step;
      return void (next < 0 ? box.querySelector("input") : found[next] ?? found[at]).focus();
    }
    if (event.key === "Enter" && at < 0 && found.length === 1) {
      event.preventDefault();
      found[0].click();
    }
  });
}
