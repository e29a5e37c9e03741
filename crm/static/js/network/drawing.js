// Draws the points where the server put them: vis-network the marks, sheets of ours the ties and names.
import { DataSet } from "vis-data/esnext";

import { Backdrop } from "./backdrop.js";
import { Labels } from "./labels.js";
import { dressed, lookOf, watchLook } from "./look.js";
import { paintSeconds } from "./marks.js";
import { Still } from "./still.js";
import { Ties } from "./ties.js";

const STEP = 1.3;

export class Picture {
  constructor(place, data) {
    this.place = place;
    this.canvas = place.querySelector("[data-network-canvas]");
    this.points = new Map(data.nodes.map((node) => [node.id, node]));
    this.ties = new Ties(data.edges, this.points);
    this.look = lookOf(place);
    // Names are ours to paint, so vis-network need not measure them.
    this.nodes = new DataSet(data.nodes.map(({ label: _label, ...node }) => node));
    const options = { ...data.options, ...dressed(data.options, this.look) };
    this.network = new Still(this.canvas, { edges: [], nodes: this.nodes }, options);
    this.backdrop = new Backdrop(this.network, this.ties, () => this.look);
    this.labels = new Labels(byImportance(data.nodes), { most: data.labels, shelves: data.shelves });
    this.chosen = {};
    this.ended = new AbortController();
    this.network.on("beforeDrawing", (context) => this.backdrop.lifted || this.stress(context));
    this.network.on("afterDrawing", (context) => this.backdrop.lifted || this.finish(context));
    this.network.redraw();
    watchLook(() => this.dress(data.options), this.ended.signal);
    addButtons(place, this);
  }

  // Aborts when the picture leaves the page: whatever listens elsewhere stops then.
  get signal() {
    return this.ended.signal;
  }

  // Ends everything that would still run or paint.
  destroy() {
    this.ended.abort();
    this.backdrop.destroy();
    this.network.destroy();
    delete this.place.picture;
  }

  dress(options) {
    this.look = lookOf(this.place);
    this.backdrop.renew();
    this.network.setOptions(dressed(options, this.look));
    this.network.redraw();
  }

  // Lights a point with its ties, or a tie with its ends; nothing moves.
  choose({ point, tie } = {}) {
    this.chosen = { point, tie };
    this.network.selectNodes(this.keysOf(this.chosen));
    this.network.redraw();
  }

  keysOf({ point, tie }) {
    if (tie) return [tie.from, tie.to];
    return point === undefined ? [] : [point];
  }

  centre(key) {
    this.network.moveTo({ animation: false, position: this.points.get(key) });
  }

  // Leaves points and ties out, and moves none of the others.
  showOnly({ points = () => true, ties = () => true }) {
    const changed = [];
    for (const point of this.points.values()) {
      const hidden = !points(point);
      if (hidden !== Boolean(point.hidden)) changed.push({ hidden, id: point.id });
      point.hidden = hidden;
    }
    this.ties.showOnly((tie) => ties(tie) && !this.points.get(tie.from).hidden && !this.points.get(tie.to).hidden);
    this.backdrop.renew();
    this.nodes.update(changed);
    this.network.redraw();
  }

  // What lies under a place on the screen: a point before a tie.
  at(spot) {
    const point = this.network.getNodeAt(spot);
    if (point !== undefined) return { point };
    const tie = this.ties.at(this.network.DOMtoCanvas(spot), this.network.getScale());
    return tie ? { tie } : {};
  }

  zoom(factor) {
    this.network.moveTo({ animation: false, scale: this.network.getScale() * factor });
  }

  stress(context) {
    const { point, tie } = this.chosen;
    const ties = tie ? [tie] : point === undefined ? [] : this.ties.of(point);
    this.ties.stress(context, ties, { colour: this.look.ink, scale: context.getTransform().a });
  }

  finish(context) {
    paintSeconds(context, this.points.values(), this.look);
    const ratio = window.devicePixelRatio || 1;
    const { a, e, f } = context.getTransform();
    const { clientHeight: height, clientWidth: width } = this.canvas;
    const view = { height, scale: a / ratio, shift: { x: e / ratio, y: f / ratio }, width };
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = this.look.font;
    const always = this.keysOf(this.chosen).map((key) => this.points.get(key));
    if (!this.backdrop.moving) this.labels.place(context, view, always);
    this.labels.paint(context, { ...this.look, ...view });
    context.restore();
  }
}

function byImportance(nodes) {
  return [...nodes].sort((one, other) => other.size - one.size || other.degree - one.degree || (one.id < other.id ? -1 : 1));
}

function addButtons(place, picture) {
  const buttons = place.querySelector("[data-network-buttons]");
  const acts = {
    all: () => picture.network.fit({ animation: false }),
    in: () => picture.zoom(STEP),
    out: () => picture.zoom(1 / STEP),
  };
  buttons.addEventListener("click", (event) => {
    acts[event.target.closest("button")?.dataset.act]?.();
  });
  buttons.hidden = false;
}
