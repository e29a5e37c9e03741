// The least that a picture takes: every tie a line and every point a mark, painted once and moved as a bitmap while dragged.
const RADIUS = 8;

async function start() {
  const { edges, nodes } = await (await fetch("/bench/data.json")).json();
  const canvas = document.querySelector("canvas");
  const context = canvas.getContext("2d");
  const places = new Map(nodes.map(({ id, x, y }) => [id, [x, y]]));
  const xs = nodes.map(({ x }) => x);
  const ys = nodes.map(({ y }) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = 0.95 * Math.min(canvas.width / (right - left || 1), canvas.height / (bottom - top || 1));
  const at = { x: canvas.width / 2 - (scale * (left + right)) / 2, y: canvas.height / 2 - (scale * (top + bottom)) / 2 };

  function paint() {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, at.x, at.y);
    context.strokeStyle = "#8A949C";
    context.beginPath();
    for (const { from, to } of edges) {
      context.moveTo(...places.get(from));
      context.lineTo(...places.get(to));
    }
    context.stroke();
    for (const { color, x, y } of nodes) {
      context.fillStyle = color;
      context.beginPath();
      context.arc(x, y, RADIUS, 0, 2 * Math.PI);
      context.fill();
    }
  }

  paint();
  window.settle(canvas);
}

start();
