// Shows what a mark says to screen readers, to those who point at it or reach it by keyboard.
const MARKS = 'svg [role="img"][aria-label]';

export function drawTips(root) {
  for (const chart of root.querySelectorAll("[data-chart]:not([data-ready])")) {
    chart.dataset.ready = "";
    addTip(chart);
  }
}

function addTip(chart) {
  const marks = [...chart.querySelectorAll(MARKS)];
  if (!marks.length) return;
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the mark's own label is what is read out
  chart.append(tip);
  marks.forEach((mark, at) => mark.setAttribute("tabindex", at === 0 ? "0" : "-1"));

  const show = (mark) => {
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    place(tip, mark.getBoundingClientRect());
  };
  const hide = () => { tip.hidden = true; };
  const over = (event) => event.target.closest(MARKS);

  chart.addEventListener("pointerover", (event) => (over(event) ? show(over(event)) : hide()));
  chart.addEventListener("pointerleave", hide);
  chart.addEventListener("focusin", (event) => over(event) && show(over(event)));
  chart.addEventListener("focusout", hide);
  chart.addEventListener("keydown", (event) => {
    const at = marks.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (at < 0 || !step || !marks[at + step]) return;
    event.preventDefault();
    marks[at].setAttribute("tabindex", "-1");
    marks[at + step].setAttribute("tabindex", "0");
    marks[at + step].focus();
  });
}

function place(tip, box) {
  const left = Math.min(innerWidth - tip.offsetWidth - 8, Math.max(8, box.x + box.width / 2 - tip.offsetWidth / 2));
  const above = box.y - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 8 ? box.bottom + 8 : above}px`;
}
