// Adds a track to drag beside the eleven taps; digits set the value (0 to 9, and "x" for 10).
export function addTracks(root) {
  for (const slider of root.querySelectorAll("[data-slider]:not([data-ready])")) {
    slider.dataset.ready = "";
    addTrack(slider);
  }
}

function addTrack(slider) {
  const taps = [...slider.querySelectorAll("input[type=radio]")];
  const track = document.createElement("input");
  // The taps carry the value and the keyboard: for those who do not point, the track is not there.
  Object.assign(track, { type: "range", min: 0, max: taps.length - 1, step: 1, tabIndex: -1, className: "slider-track" });
  track.setAttribute("aria-hidden", "true");
  slider.querySelector(".slider-taps").after(track);

  const follow = () => {
    const at = taps.findIndex((tap) => tap.checked);
    track.value = at < 0 ? (taps.length - 1) / 2 : at;
    track.classList.toggle("unset", at < 0);
  };
  const choose = (at) => {
    taps[at].checked = true;
    follow();
  };
  track.addEventListener("input", (event) => {
    event.stopPropagation();
    choose(Number(track.value));
  });
  track.addEventListener("change", (event) => {
    event.stopPropagation();
    taps[Number(track.value)].dispatchEvent(new Event("change", { bubbles: true }));
  });
  slider.addEventListener("change", follow);
  slider.addEventListener("keydown", (event) => {
    const at = event.key === "x" ? taps.length - 1 : "0123456789".indexOf(event.key);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(at);
    taps[at].focus();
    taps[at].dispatchEvent(new Event("change", { bubbles: true }));
  });
  follow();
}
