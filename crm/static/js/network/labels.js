// Names beside their marks: the important ones first, and never one over another.
const GAP = 3; // pixels between a mark and its name, and between names
const LINE = 15; // pixels that a name is high
const MOST = 160; // names at once
const TRIED = 700; // marks that are asked for room
const CROWD = 250; // marks in view
const SIDE = 64; // pixels of a square
const ROW = 65_536; // squares on top of each other, more than any screen has
const LONGEST = 28; // letters

export class Labels {
  // points in order of importance; shelves are words above those without a line
  constructor(points, { most = MOST, shelves = [] } = {}) {
    this.points = points;
    this.shelves = shelves;
    this.most = Math.min(most, MOST);
    this.widths = new Map();
    this.placed = [];
  }

  // Chooses which names have room in this view, and where; in pixels of the screen.
  place(context, { height, scale, shift, width }, always = []) {
    const [marks, names] = [new Room(), new Room()];
    const asked = new Map();
    for (const shelf of this.shelves) {
      const [left, top] = [shelf.x * scale + shift.x, shelf.y * scale + shift.y - LINE / 2];
      names.fill({ height: LINE, left, point: shelf, top, width: context.measureText(shelf.words).width });
    }
    for (const point of [...always, ...this.points]) {
      const spot = { x: point.x * scale + shift.x, y: point.y * scale + shift.y };
      if (spot.x < 0 || spot.x > width || spot.y < 0 || spot.y > height || point.hidden || asked.has(point)) continue;
      const reach = point.size * scale;
      asked.set(point, { ...spot, reach });
      marks.fill({ height: 2 * reach, left: spot.x - reach, point, top: spot.y - reach, width: 2 * reach });
      if (asked.size >= TRIED) break;
    }
    // Among many marks names keep further apart, so that the picture is still seen.
    const apart = asked.size > CROWD ? LINE : GAP;
    this.placed = [];
    for (const [point, spot] of asked) {
      if (this.placed.length >= this.most && !always.includes(point)) break;
      const boxes = this.boxes(context, point, spot, { height, width });
      const box = chosen(boxes, { apart, marks, names });
      if (box) names.fill(box);
      if (box) this.placed.push({ ...box, across: box.left + box.width / 2 - spot.x, down: box.top - spot.y });
    }
    return this.placed;
  }

  // Where a name may stand: below its mark, above, to the right or to the left.
  boxes(context, point, { reach, x, y }, room) {
    const width = this.width(context, point);
    if (!width) return [];
    const inside = Math.max(0, Math.min(x - width / 2, room.width - width));
    return [
      [inside, y + reach + GAP],
      [inside, y - reach - GAP - LINE],
      [x + reach + GAP, y - LINE / 2],
      [x - reach - GAP - width, y - LINE / 2],
    ]
      .map(([left, top]) => ({ height: LINE, left, point, top, width }))
      .filter(({ left, top }) => left >= 0 && left + width <= room.width && top >= 0 && top + LINE <= room.height);
  }

  width(context, point) {
    if (!this.widths.has(point.id)) this.widths.set(point.id, context.measureText(short(point.label)).width);
    return this.widths.get(point.id);
  }

  // Paints the names that were placed, moved along with the view.
  paint(context, { font, ink, scale, shift, surface }) {
    context.font = font;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = surface;
    context.fillStyle = ink;
    for (const { across, down, point } of this.placed) {
      const at = [point.x * scale + shift.x + across, point.y * scale + shift.y + down];
      context.strokeText(short(point.label), ...at);
      context.fillText(short(point.label), ...at);
    }
    context.textAlign = "left";
    for (const { words, x, y } of this.shelves) {
      const at = [x * scale + shift.x, y * scale + shift.y - LINE / 2];
      context.strokeText(words, ...at);
      context.fillText(words, ...at);
    }
  }
}

// Beside other marks if that can be, over one if it must; never over another name.
function chosen(boxes, { apart, marks, names }) {
  let over;
  for (const box of boxes) {
    if (!names.isFree(box, apart)) continue;
    if (marks.isFree(box, 0)) return box;
    over ??= box;
  }
  return over;
}

// What is taken of the screen, in squares, so that a name is held against those around it only.
class Room {
  squares = new Map();

  isFree(box, apart) {
    const around = {
      height: box.height + 2 * apart, left: box.left - apart, point: box.point,
      top: box.top - apart, width: box.width + 2 * apart,
    };
    return touched(around).every((key) => !this.squares.get(key)?.some((other) => isOver(around, other)));
  }

  fill(box) {
    for (const key of touched(box)) {
      const others = this.squares.get(key);
      if (others) others.push(box);
      else this.squares.set(key, [box]);
    }
  }
}

// The squares that a box lies in; each as one number, since many words are slow to make.
function touched({ height, left, top, width }) {
  const keys = [];
  const [right, bottom] = [Math.floor((left + width) / SIDE), Math.floor((top + height) / SIDE)];
  for (let x = Math.floor(left / SIDE); x <= right; x += 1) {
    for (let y = Math.floor(top / SIDE); y <= bottom; y += 1) keys.push(x * ROW + y);
  }
  return keys;
}

function isOver(one, other) {
  return (
    one.point !== other.point &&
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

function short(words) {
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
}
