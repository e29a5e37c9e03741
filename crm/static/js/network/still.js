// vis-network for points that stand where they are put, and whose names are ours to paint.
import { Network } from "vis-network/esnext";

// Its emitter stands on the class, so that all networks share one list of handlers: a new picture would
// be painted by the handlers of the old one too. Here each has its own.
const handlers = new WeakMap();

export class Still extends Network {
  get _callbacks() {
    if (!handlers.has(this)) handlers.set(this, new Map());
    return handlers.get(this);
  }

  // Each call lays everything out anew, also one that says nothing.
  setOptions(options) {
    if (options) super.setOptions(options);
  }

  // While it takes its data, it would paint each step.
  setData(data) {
    leaveNamesOut(this.nodesHandler);
    this.body.emitter.emit("_blockRedraw");
    super.setData(data);
    this.body.emitter.emit("_allowRedraw");
  }

  // Paints the marks too, also in the middle of a drag, which hides them.
  paintWhole() {
    const { dragging } = this.renderer;
    this.renderer.dragging = false;
    this.redraw();
    this.renderer.dragging = dragging;
  }
}

// It works out the letters of each point, also of one without a name: half of what a point takes.
function leaveNamesOut(points) {
  const any = points.create({ id: "any" });
  Object.getPrototypeOf(any).updateLabelModule = () => {};
}
