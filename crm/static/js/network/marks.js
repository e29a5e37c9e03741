// A second helix stands as a small mark at the foot of the first.
const PART = 0.55;

const SHAPES = {
  business: (context, x, y, size) => context.arc(x, y, size, 0, 2 * Math.PI),
  end_users: (context, x, y, size) => corners(context, [[x, y - size], [x + size, y], [x, y + size], [x - size, y]]),
  government: (context, x, y, size) => context.rect(x - size, y - size, 2 * size, 2 * size),
  research: (context, x, y, size) => corners(context, [[x, y - size], [x + size, y + size], [x - size, y + size]]),
};

export function paintSeconds(context, points, look) {
  context.strokeStyle = look.ink;
  context.lineWidth = 1;
  for (const { hidden, second, size, x, y } of points) {
    if (!second || hidden) continue;
    context.fillStyle = look[second];
    context.beginPath();
    SHAPES[second](context, x + size, y + size, size * PART);
    context.fill();
    context.stroke();
  }
}

function corners(context, places) {
  for (const place of places) context.lineTo(...place);
  context.closePath();
}
