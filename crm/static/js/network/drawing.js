// Draws the points and ties where the server put them, in the colours of the page.
import { DataSet } from "vis-data/peer";
import { Network } from "vis-network/peer";

const STEP = 1.3;

export function draw(place, data) {
  const nodes = new DataSet(data.nodes);
  const edges = new DataSet(data.edges);
  const canvas = place.querySelector("[data-network-canvas]");
  const network = new Network(canvas, { nodes, edges }, { ...data.options, ...dressed(data.options) });
  const picture = { edges, network, nodes };
  network.once("afterDrawing", () => settle(place));
  network.fit({ animation: false });
  network.on("click", (event) => follow(place, picture, event));
  watchLook(() => place.isConnected && network.setOptions(dressed(data.options)));
  addButtons(place, network);
  return picture;
}

// Addresses on the page hold a 0 where an id belongs.
export function addressOfPoint(place, key) {
  return filled(key.startsWith("o") ? place.dataset.organisation : place.dataset.person, key);
}

export function addressOfTie(place, { from, to }) {
  const address = filled(from.startsWith("o") ? place.dataset.tiesOrganisation : place.dataset.tiesPerson, from);
  return `${address}${address.includes("?") ? "&" : "?"}with=${to}`;
}

function filled(pattern, key) {
  return pattern.replace(/\/0(?=$|[?])/, `/${key.slice(1)}`);
}

function settle(place) {
  place.dataset.settled = "yes";
  place.removeAttribute("aria-busy");
}

function follow(place, { edges, network }, event) {
  const key = network.getNodeAt(event.pointer.DOM);
  if (key !== undefined) {
    window.location.assign(addressOfPoint(place, key));
    return;
  }
  const tie = network.getEdgeAt(event.pointer.DOM);
  if (tie !== undefined) window.location.assign(addressOfTie(place, edges.get(tie)));
}

function addButtons(place, network) {
  const buttons = place.querySelector("[data-network-buttons]");
  const acts = {
    all: () => network.fit({ animation: false }),
    in: () => zoom(network, STEP),
    out: () => zoom(network, 1 / STEP),
  };
  buttons.addEventListener("click", (event) => {
    acts[event.target.closest("button")?.dataset.act]?.();
  });
  buttons.hidden = false;
}

export function zoom(network, factor) {
  network.moveTo({ animation: false, scale: network.getScale() * factor });
}

// A canvas knows no custom properties: what the page looks like is read and handed over.
function dressed(options) {
  const { color: ink, fontFamily: face } = getComputedStyle(document.body);
  const groups = Object.entries(options.groups).map(([name, look]) => {
    const lit = { background: look.color.background, border: ink };
    return [name, { ...look, color: { ...lit, highlight: lit, hover: lit } }];
  });
  return {
    edges: { ...options.edges, color: { ...options.edges.color, highlight: ink } },
    groups: Object.fromEntries(groups),
    nodes: { ...options.nodes, font: { ...options.nodes.font, color: ink, face } },
  };
}

function watchLook(change) {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
  new MutationObserver(change).observe(document.documentElement, { attributeFilter: ["data-theme", "data-color-scheme"] });
}
