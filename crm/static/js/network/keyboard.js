// Walks the ties with the arrows: each step goes to the tied point that lies most in that direction.
import { words } from "./tips.js";

const DIRECTIONS = { ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1] };
const ZOOM = { "+": 1.3, "-": 1 / 1.3, "=": 1.3 };

export function walk(place, picture, panel) {
  const { canvas, points, ties } = picture;
  const said = place.querySelector("[data-network-said]");
  let here;
  let along;
  // The frame that vis-network makes takes the focus too; one stop is enough.
  canvas.querySelector(".vis-network")?.setAttribute("tabindex", "-1");
  canvas.addEventListener("keydown", (event) => {
    if (event.key in DIRECTIONS) step(DIRECTIONS[event.key]);
    else if (event.key in ZOOM) picture.zoom(ZOOM[event.key]);
    else if (event.key === "Home") stand(busiest());
    else if (event.key === "Enter" && here) panel.open(event.shiftKey && along ? [along.from, along.to] : [here]);
    else return;
    event.preventDefault();
  });

  function step(direction) {
    const key = here === undefined ? busiest() : next(direction);
    if (key === undefined) said.textContent = place.dataset.wordsNowhere;
    else stand(key, ties.between(here, key));
  }

  function stand(key, tie) {
    if (key === undefined) return;
    here = key;
    along = tie;
    picture.centre(key);
    picture.choose({ point: key });
    const by = tie ? ` ${words(place, picture, { tie })}` : "";
    said.textContent = `${words(place, picture, { point: key })}${by}`;
  }

  function busiest() {
    let most;
    for (const point of points.values()) {
      if (!point.hidden && (most === undefined || point.degree > most.degree)) most = point;
    }
    return most?.id;
  }

  function next([across, down]) {
    const from = points.get(here);
    const ways = ties.neighbours(here).map((key) => {
      const to = points.get(key);
      const distance = Math.hypot(to.x - from.x, to.y - from.y) || 1;
      return { distance, key, turn: ((to.x - from.x) * across + (to.y - from.y) * down) / distance };
    });
    const ahead = ways.filter(({ turn }) => turn > 0.3);
    return ahead.sort((one, other) => one.distance / one.turn - other.distance / other.turn)[0]?.key;
  }
}
