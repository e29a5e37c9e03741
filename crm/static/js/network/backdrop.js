// Ties are painted on a sheet of their own: while the picture is dragged or zoomed the sheet is moved
// along, and painted anew when it comes to rest.
const REST = 160; // milliseconds after the last step of the wheel

export class Backdrop {
  constructor(network, ties, look) {
    this.network = network;
    this.ties = ties;
    this.look = look;
    this.sheet = document.createElement("canvas");
    this.moving = false;
    this.follow();
  }

  follow() {
    this.network.on("dragStart", () => {
      this.moving = true;
    });
    this.network.on("dragEnd", () => this.rest());
    this.network.on("zoom", () => {
      this.moving = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.rest(), REST);
    });
    this.network.on("beforeDrawing", (context) => this.paint(context));
  }

  rest() {
    this.moving = false;
    this.network.redraw();
  }

  // Has the ties painted anew: another look, or others that show.
  renew() {
    this.painted = undefined;
  }

  paint(context) {
    const { e: shiftX, f: shiftY, a } = context.getTransform();
    const view = { height: context.canvas.height, scale: a, x: shiftX, y: shiftY, width: context.canvas.width };
    if (!this.painted || (!this.moving && !isSame(this.painted, view))) this.fill(view);
    const zoomed = view.scale / this.painted.scale;
    context.save();
    context.setTransform(zoomed, 0, 0, zoomed, view.x - this.painted.x * zoomed, view.y - this.painted.y * zoomed);
    context.drawImage(this.sheet, 0, 0);
    context.restore();
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

function isSame(one, other) {
  return ["height", "scale", "x", "y", "width"].every((name) => one[name] === other[name]);
}
