// The picture of a network: it stands where the server has laid it out, and nothing moves by itself.

import { enhance } from "./behaviours/enhance.js";
import { shown, whole } from "./network/arriving.js";
import { Picture } from "./network/drawing.js";
import { walk } from "./network/keyboard.js";
import { goOn, showMonths } from "./network/months.js";
import { Panel } from "./network/panel.js";
import { showTips } from "./network/tips.js";

const standing = new Set();

async function start(place) {
  try {
    const [data] = await Promise.all([dataOf(place), styles()]);
    // Another choice may have replaced it while its data were on their way.
    if (!place.isConnected) return;
    const picture = new Picture(place, data);
    place.picture = picture;
    goOn(picture);
    standing.add(picture);
    place.dataset.settled = "yes";
    await whole();
    if (picture.signal.aborted) return;
    listen(place, picture);
    await shown();
    if (!picture.signal.aborted) showMonths(place, picture);
  } catch {
    place.hidden = true;
    place.dataset.settled = "failed";
    await whole();
    document.getElementById(place.dataset.status).textContent = place.dataset.wordsFailed;
  }
}

// What is beside the picture may come after it.
function listen(place, picture) {
  const panel = new Panel(place, picture);
  picture.network.on("click", ({ pointer }) => panel.open(picture.keysOf(picture.at(pointer.DOM))));
  showTips(place, picture);
  walk(place, picture, panel);
  place.removeAttribute("aria-busy");
}

// Of few ties, and where a page stands alone, the page holds the data itself.
async function dataOf(place) {
  const carried = place.querySelector("[data-network-carried]");
  if (carried) return JSON.parse(carried.textContent);
  const { network } = place.dataset;
  if (network.startsWith("#")) return JSON.parse(document.getElementById(network.slice(1)).textContent);
  const answer = await fetch(network, { headers: { Accept: "*/*" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// Nor does this script wait for the style sheet, but the frame has its size from there.
async function styles() {
  const sheet = document.querySelector("link[rel=stylesheet]");
  if (sheet && !sheet.sheet) await new Promise((loaded) => sheet.addEventListener("load", loaded, { once: true }));
}

// A picture that a later swap took away is ended before the one that comes is painted.
function clear() {
  for (const picture of standing) {
    if (picture.place.isConnected) continue;
    standing.delete(picture);
    picture.destroy();
  }
}

document.addEventListener("htmx:after:swap", clear);
enhance("[data-network]", start);
