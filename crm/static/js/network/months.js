// Shows the network as it was, month by month: it shows and hides, and moves nothing.
const BEAT = 900; // milliseconds a month, while it plays

export function showMonths(place, picture) {
  const box = document.querySelector("[data-network-months]");
  const range = box && rangeOf(picture.ties.all);
  if (!range || range.first === range.last) return;
  const part = (name) => box.querySelector(`[data-months-${name}]`);
  const [slider, play, only, said] = ["slider", "play", "only", "said"].map(part);
  const write = new Intl.DateTimeFormat(document.documentElement.lang, { month: "long", timeZone: "UTC", year: "numeric" });
  let timer;

  slider.max = range.last - range.first;
  slider.value = slider.max;
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  only.addEventListener("change", show);
  play.addEventListener("click", () => (timer ? stop() : start()));
  picture.signal.addEventListener("abort", stop, { once: true });
  box.hidden = false;
  label();

  function show() {
    const month = range.first + Number(slider.value);
    const shows = ({ first, last }) => (first ?? 0) <= month && (!only.checked || (last ?? month) >= month);
    const met = new Set(picture.ties.all.filter(shows).flatMap(({ from, to }) => [from, to]));
    picture.showOnly({ points: ({ degree, id }) => !degree || met.has(id), ties: shows });
    label(picture.ties.all.filter(shows).length);
  }

  function label(ties = picture.ties.all.length) {
    const month = range.first + Number(slider.value);
    const name = write.format(Date.UTC(Math.floor(month / 12), month % 12));
    const words = box.dataset.words.replace("{month}", name).replace("{ties}", ties.toLocaleString(document.documentElement.lang));
    slider.setAttribute("aria-valuetext", name);
    said.textContent = words;
  }

  function start() {
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    else slider.stepUp();
    named(play.dataset.pause);
    timer = setInterval(next, BEAT);
    show();
  }

  function next() {
    slider.stepUp();
    show();
    if (Number(slider.value) >= Number(slider.max)) stop();
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    named(play.dataset.play);
  }

  function named(words) {
    play.querySelector("span").textContent = words;
  }
}

// From the first to the last month in which something is known to begin or end; not after today.
function rangeOf(ties) {
  const now = new Date();
  const today = now.getFullYear() * 12 + now.getMonth();
  const months = ties.flatMap(({ first, last }) => [first, last]).filter((month) => month !== undefined && month <= today);
  if (months.length === 0) return undefined;
  const [first, last] = [Math.min, Math.max].map((most) => months.reduce((one, other) => most(one, other)));
  return { first, last };
}
