// The picture of a network: vis-network draws what the server has laid out, and nothing moves by itself.
import { enhance } from "./behaviours/enhance.js";
import { draw } from "./network/drawing.js";
import { walk } from "./network/keyboard.js";
import { showTips } from "./network/tips.js";

async function start(place) {
  const status = document.getElementById(place.dataset.status);
  try {
    const answer = await fetch(place.dataset.network, { headers: { Accept: "*/*" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const picture = draw(place, await answer.json());
    showTips(place, picture);
    walk(place, picture);
    status.textContent = "";
  } catch {
    status.textContent = place.dataset.wordsFailed;
    place.hidden = true;
    place.dataset.settled = "failed";
  }
}

enhance("[data-network]", start);
