// Ties are painted on a sheet of their own: while the picture is zoomed the sheet is moved along, and
// painted anew when it comes to rest. While it is dragged, all that was painted is moved along: thousands
// of marks are too many to paint for each step.
const REST = 160; // milliseconds after the last step

export class Backdrop {
  constructor(network, ties, look) {
    this.network = network;
    this.ties = ties;
    this.look = look;
    this.sheet = document.createElement("canvas");
    this.copy = document.createElement("canvas");
    this.moving = false;
    this.follow();
  }

  follow() {
    this.network.on("dragStart", () => this.lift());
    this.network.on("dragging", () => this.pause());
    this.network.on("dragEnd", () => {
      clearTimeout(this.timer);
      this.lifted = undefined;
      this.rest();
    });
    this.network.on("zoom", () => {
      this.moving = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.rest(), REST);
    });
    this.network.on("beforeDrawing", (context) => this.paint(context));
  }

  // Gives its timer and its sheets up. A frame or a drag that was under way may still ask for something.
  destroy() {
    this.ended = true;
    clearTimeout(this.timer);
    this.lifted = undefined;
    for (const canvas of [this.sheet, this.copy]) Object.assign(canvas, { height: 0, width: 0 });
  }

  // Takes a copy of all that is painted, to move it along.
  lift() {
    if (this.ended) return;
    this.lifted = undefined;
    this.moving = false;
    this.network.paintWhole();
    const { canvas } = this.network.canvas.getContext();
    if (!hasRoom(canvas)) return;
    Object.assign(this.copy, { height: canvas.height, width: canvas.width });
    this.copy.getContext("2d").drawImage(canvas, 0, 0);
    this.lifted = this.painted;
    this.moving = true;
  }

  // Who drags and stands still sees what has come into view.
  pause() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lift(), REST);
  }

  rest() {
    if (this.ended) return;
    this.moving = false;
    this.network.redraw();
  }

  // Has the ties painted anew: another look, or others that show.
  renew() {
    this.painted = undefined;
    if (this.lifted) this.pause();
  }

  paint(context) {
    if (this.ended || !hasRoom(context.canvas)) return;
    const { e: shiftX, f: shiftY, a } = context.getTransform();
    const view = { height: context.canvas.height, scale: a, x: shiftX, y: shiftY, width: context.canvas.width };
    if (this.lifted) {
      move(context, this.copy, { from: this.lifted, to: view });
      return;
    }
    if (!this.painted || (!this.moving && !isSame(this.painted, view))) this.fill(view);
    move(context, this.sheet, { from: this.painted, to: view });
  }

  fill(view) {
    if (this.sheet.width !== view.width || this.sheet.height !== view.height) {
      this.sheet.width = view.width;
      this.sheet.height = view.height;
    }
    const context = this.sheet.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    context.setTransform(view.scale, 0, 0, view.scale, view.x, view.y);
    const { height, scale, width, x, y } = view;
    const seen = { bottom: (height - y) / scale, left: -x / scale, right: (width - x) / scale, top: -y / scale };
    this.ties.paint(context, { colour: this.look().line, scale, view: seen });
    this.painted = view;
  }
}

// A picture that is not laid out yet has no size, and a sheet without one cannot be painted with.
function hasRoom({ height, width }) {
  return height > 0 && width > 0;
}

// Paints a sheet that was made for one view where it belongs in another.
function move(context, sheet, { from, to }) {
  const zoomed = to.scale / from.scale;
  context.save();
  context.setTransform(zoomed, 0, 0, zoomed, to.x - from.x * zoomed, to.y - from.y * zoomed);
  context.drawImage(sheet, 0, 0);
  context.restore();
}

function isSame(one, other) {
  return ["height", "scale", "x", "y", "width"].every((name) => one[name] === other[name]);
}
