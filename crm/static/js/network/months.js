// Shows the network as it was, month by month. While one drags it shows and hides, and moves nothing; once it
// rests the filter of the page gets the month, and everything follows as it does any other filter.
const BEAT = 900; // milliseconds a month, while it plays
const REST = 400; // milliseconds after the last step

let going; // what goes on in the picture that follows

// One goes on looking where one looked.
export function goOn(picture) {
  if (going) picture.network.moveTo({ animation: false, ...going.view });
}

export function showMonths(place, picture) {
  const box = document.querySelector("[data-network-months]");
  const { at, focus, only: ticked, playing } = going ?? {};
  going = undefined;
  const range = box && (rangeGiven(box.dataset) ?? rangeOf(picture.ties.all));
  if (!range || range.first === range.last) return;
  const part = (name) => box.querySelector(`[data-months-${name}]`);
  const [slider, play, only, said] = ["slider", "play", "only", "said"].map(part);
  const field = document.querySelector("form[data-filters]")?.elements.month;
  const write = new Intl.DateTimeFormat(document.documentElement.lang, { month: "long", timeZone: "UTC", year: "numeric" });
  let resting, timer;

  slider.max = range.last - range.first;
  slider.value = (at ?? range.month) - range.first;
  slider.addEventListener("input", () => {
    pause();
    show();
  });
  slider.addEventListener("change", restSoon);
  only.addEventListener("change", show);
  play.addEventListener("click", () => (timer ? stop() : start()));
  picture.signal.addEventListener("abort", end, { once: true });
  box.hidden = false;
  only.checked = Boolean(ticked);
  if (focus) part(focus).focus();
  if (ticked || chosen() !== range.month) show();
  else label();
  if (playing) start();
  else if (chosen() !== range.month) restSoon();

  function chosen() {
    return range.first + Number(slider.value);
  }

  function show() {
    const month = chosen();
    const shows = ({ first, last }) => (first ?? 0) <= month && (!only.checked || (last ?? month) >= month);
    const met = new Set(picture.ties.all.filter(shows).flatMap(({ from, to }) => [from, to]));
    picture.showOnly({ points: ({ degree, id }) => !degree || met.has(id), ties: shows });
    label(picture.ties.all.filter(shows).length);
  }

  // How many ties there were after the month that was asked for is known once that has come.
  function label(ties = picture.ties.all.length) {
    const month = chosen();
    const name = write.format(Date.UTC(Math.floor(month / 12), month % 12));
    const words = box.dataset.words.replace("{month}", name).replace("{ties}", ties.toLocaleString(document.documentElement.lang));
    slider.setAttribute("aria-valuetext", name);
    said.textContent = month > range.month ? name : words;
  }

  // A picture of one month does not hold what came later.
  function start() {
    clearTimeout(resting);
    if (range.month < range.last && field) {
      ask("", { playing: true });
      return;
    }
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
    pause();
    restSoon();
  }

  // Whoever went on while the page was on its way goes on from there.
  function end() {
    if (going) going = { ...going, at: chosen(), playing: going.playing || Boolean(timer) };
    pause();
  }

  function pause() {
    clearTimeout(resting);
    clearInterval(timer);
    timer = undefined;
    named(play.dataset.play);
  }

  function named(words) {
    play.querySelector("span").textContent = words;
  }

  function restSoon() {
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  // All of the period is no month.
  function rest() {
    const month = chosen();
    const value = month < range.last ? `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}` : "";
    if (field && field.value !== value) ask(value);
  }

  function ask(value, more) {
    const { network } = picture;
    const held = ["slider", "play", "only"].find((name) => part(name) === document.activeElement);
    going = { focus: held, only: only.checked, view: { position: network.getViewPosition(), scale: network.getScale() }, ...more };
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function rangeGiven({ first, last, month }) {
  return month && { first: Number(first), last: Number(last), month: Number(month) };
}

// From the first to the last month in which something is known to begin or end; not after today.
function rangeOf(ties) {
  const now = new Date();
  const today = now.getFullYear() * 12 + now.getMonth();
  const months = ties.flatMap(({ first, last }) => [first, last]).filter((month) => month !== undefined && month <= today);
  if (months.length === 0) return undefined;
  const [first, last] = [Math.min, Math.max].map((most) => months.reduce((one, other) => most(one, other)));
  return { first, last, month: last };
}
