// The picture of a network: it stands where the server has laid it out, and nothing moves by itself.
import "./behaviours/script-present.js";

import { enhance } from "./behaviours/enhance.js";
import { Picture } from "./network/drawing.js";
import { walk } from "./network/keyboard.js";
import { showMonths } from "./network/months.js";
import { Panel } from "./network/panel.js";
import { showTips } from "./network/tips.js";

async function start(place) {
  const status = document.getElementById(place.dataset.status);
  try {
    const [data] = await Promise.all([dataOf(place), styles()]);
    const picture = new Picture(place, data);
    place.picture = picture;
    place.dataset.settled = "yes";
    place.removeAttribute("aria-busy");
    const panel = new Panel(place, picture);
    picture.network.on("click", ({ pointer }) => panel.open(picture.keysOf(picture.at(pointer.DOM))));
    showTips(place, picture);
    walk(place, picture, panel);
    showMonths(place, picture);
    status.textContent = "";
  } catch {
    status.textContent = place.dataset.wordsFailed;
    place.hidden = true;
    place.dataset.settled = "failed";
  }
}

// A page that stands alone holds its data itself.
async function dataOf({ dataset: { network } }) {
  if (network.startsWith("#")) return JSON.parse(document.getElementById(network.slice(1)).textContent);
  const answer = await fetch(network, { headers: { Accept: "*/*" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// This script does not wait for the rest of the page, but the frame has its size from the style sheet.
async function styles() {
  const sheet = document.querySelector("link[rel=stylesheet]");
  if (sheet && !sheet.sheet) await new Promise((loaded) => sheet.addEventListener("load", loaded, { once: true }));
}

enhance("[data-network]", start);
