// Ties are kept as plain numbers and painted in a few strokes under the marks: as many objects of
// vis-network they would take longer than everything else together.
const THINNEST = 0.5; // pixels on the screen
const MANY = 1200; // ties above which they are painted fainter, so that marks stand out
const FAINTEST = 0.16;
const NEAR = 5; // pixels from a line that still count as on it

export class Ties {
  constructor(edges, points) {
    this.all = edges.filter(({ from, to }) => points.has(from) && points.has(to));
    this.points = points;
    this.shows = () => true;
    this.styles = byStyle(this.all);
  }

  // Leaves ties out without moving anything; the picture must be painted anew afterwards.
  showOnly(shows) {
    this.shows = shows;
    this.styles = byStyle(this.all.filter(shows));
  }

  // Paints every tie that crosses the view, in the units of the picture.
  paint(context, { colour, scale, view }) {
    context.strokeStyle = colour;
    context.globalAlpha = Math.max(FAINTEST, Math.min(1, MANY / this.all.length));
    for (const { dashed, ties, width } of this.styles) {
      context.lineWidth = Math.max(width, THINNEST / scale);
      context.setLineDash(dashed ? [6, 4] : []);
      context.beginPath();
      for (const tie of ties) this.trace(context, tie, view);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  // Paints some ties once more, over the others.
  stress(context, ties, { colour, scale }) {
    context.strokeStyle = colour;
    for (const tie of ties) {
      context.lineWidth = Math.max(tie.width ?? 1, 1 / scale) + 1 / scale;
      context.beginPath();
      this.trace(context, tie);
      context.stroke();
    }
  }

  trace(context, { from, to }, view) {
    const one = this.points.get(from);
    const other = this.points.get(to);
    if (view && isBeside(one, other, view)) return;
    context.moveTo(one.x, one.y);
    context.lineTo(other.x, other.y);
  }

  // The tie under a place of the picture, the last painted first.
  at({ x, y }, scale) {
    let found;
    let nearest = NEAR / scale;
    for (const tie of this.all) {
      const one = this.points.get(tie.from);
      const other = this.points.get(tie.to);
      const reach = NEAR / scale + (tie.width ?? 1) / 2;
      const around = { bottom: y + reach, left: x - reach, right: x + reach, top: y - reach };
      if (isBeside(one, other, around) || !this.shows(tie)) continue;
      const distance = distanceTo(one, other, x, y) - (tie.width ?? 1) / 2;
      if (distance <= nearest) [found, nearest] = [tie, distance];
    }
    return found;
  }

  between(one, other) {
    return this.of(one).find(({ from, to }) => from === other || to === other);
  }

  of(key) {
    this.byPoint ??= byPoint(this.all);
    return (this.byPoint.get(key) ?? []).filter(this.shows);
  }

  neighbours(key) {
    return this.of(key).map(({ from, to }) => (from === key ? to : from));
  }
}

// Thin lines first, so that the heavy ones lie on top.
function byStyle(ties) {
  const styles = new Map();
  for (const tie of ties) {
    const width = tie.width ?? 1;
    const key = tie.dashes ? -width : width;
    if (!styles.has(key)) styles.set(key, { dashed: Boolean(tie.dashes), ties: [], width });
    styles.get(key).ties.push(tie);
  }
  return [...styles.values()].sort((one, other) => one.width - other.width);
}

function byPoint(ties) {
  const found = new Map();
  for (const tie of ties) {
    for (const end of [tie.from, tie.to]) {
      if (!found.has(end)) found.set(end, []);
      found.get(end).push(tie);
    }
  }
  return found;
}

function isBeside(one, other, { bottom, left, right, top }) {
  return (
    (one.x < left && other.x < left) ||
    (one.x > right && other.x > right) ||
    (one.y < top && other.y < top) ||
    (one.y > bottom && other.y > bottom)
  );
}

function distanceTo(one, other, x, y) {
  const across = other.x - one.x;
  const down = other.y - one.y;
  const along = ((x - one.x) * across + (y - one.y) * down) / (across * across + down * down || 1);
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - one.x - part * across, y - one.y - part * down);
}
