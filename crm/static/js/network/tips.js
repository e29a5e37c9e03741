// Says who a point is and what a tie is made of, as text, beside the pointer.
const REST = 60;
const BESIDE = 14;

export function words(place, { points }, { point, tie }) {
  if (point !== undefined) {
    const { degree, group, label, ties = degree } = points.get(point);
    const [helix, what] = group.split("-");
    if (what === "seat") return label;
    const words = place.querySelector(`[data-network-ink="${helix}"]`)?.dataset.words;
    const pattern = ties === degree ? place.dataset.wordsPoint : place.dataset.wordsCut;
    return fill(pattern, { drawn: degree, helix: words, name: label, ties });
  }
  const ends = { one: points.get(tie.from).label, other: points.get(tie.to).label };
  return fill(place.dataset.wordsTie, { ...ends, weight: tie.weight.toLocaleString(document.documentElement.lang) });
}

export function showTips(place, picture) {
  const tip = place.querySelector("[data-network-tip]");
  const canvas = place.querySelector("[data-network-canvas]");
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    tip.hidden = true;
    canvas.classList.remove("network__canvas--over");
  };
  picture.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  canvas.addEventListener("pointerdown", hide);
  canvas.addEventListener("pointerleave", hide);
  canvas.addEventListener("pointermove", (event) => {
    hide();
    const box = canvas.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (event.buttons === 0) timer = setTimeout(() => show(at), REST);
  });

  function show(at) {
    const found = picture.at(at);
    if (found.point === undefined && !found.tie) return;
    canvas.classList.add("network__canvas--over");
    tip.textContent = words(place, picture, found);
    tip.hidden = false;
    const left = Math.min(at.x + BESIDE, canvas.clientWidth - tip.offsetWidth);
    tip.style.left = `${Math.max(0, left)}px`;
    tip.style.top = `${at.y + BESIDE}px`;
  }
}

// Names may hold anything, so they are put in place once and never read again.
function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
}
