// Marks are drawn when the map asks for them by name: «mark|circle|#3a9f5c|#ffffff», «fill|2|#3a9f5c».
const SCALE = 2;
const SIDE = 22;

const OUTLINES = {
  circle: (path) => path.arc(11, 11, 7, 0, 2 * Math.PI),
  diamond: (path) => corners(path, [11, 2], [20, 11], [11, 20], [2, 11]),
  triangle: (path) => corners(path, [11, 2.5], [20, 18.5], [2, 18.5]),
  ring: (path) => path.arc(11, 11, 7, 0, 2 * Math.PI),
  square: (path) => path.rect(4, 4, 14, 14),
  hexagon: (path) => corners(path, [11, 2.5], [18.5, 6.8], [18.5, 15.2], [11, 19.5], [3.5, 15.2], [3.5, 6.8]),
  cross: (path) => corners(path, [8, 3], [14, 3], [14, 8], [19, 8], [19, 14], [14, 14], [14, 19], [8, 19], [8, 14], [3, 14], [3, 8], [8, 8]),
};
export const SHAPES = Object.keys(OUTLINES);

function corners(path, ...points) {
  points.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}

function surface(side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * SCALE;
  const brush = canvas.getContext("2d");
  brush.scale(SCALE, SCALE);
  return brush;
}

function mark(shape, colour, halo) {
  const brush = surface(SIDE);
  const path = new Path2D();
  (OUTLINES[shape] ?? OUTLINES.circle)(path);
  brush.lineJoin = "round";
  brush.strokeStyle = halo;
  brush.lineWidth = 4;
  brush.stroke(path);
  brush.fillStyle = colour;
  brush.fill(path);
  if (shape === "ring") {
    brush.fillStyle = halo;
    brush.beginPath();
    brush.arc(11, 11, 3.2, 0, 2 * Math.PI);
    brush.fill();
  }
  return brush.getImageData(0, 0, SIDE * SCALE, SIDE * SCALE);
}

// Areas of different kinds differ in their hatching as well: without colours they still can be told apart.
const HATCHES = [
  [],
  [[0, 12, 12, 0], [-1, 1, 1, -1], [11, 13, 13, 11]],
  [[0, 0, 12, 12], [-1, 11, 1, 13], [11, -1, 13, 1]],
  [[0, 6, 12, 6]],
  [[6, 0, 6, 12]],
  [[0, 6, 12, 6], [6, 0, 6, 12]],
  [[0, 12, 12, 0], [0, 0, 12, 12]],
];

function hatch(kind, colour) {
  const brush = surface(12);
  brush.globalAlpha = 0.2;
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 12, 12);
  brush.globalAlpha = 0.75;
  brush.strokeStyle = colour;
  brush.lineWidth = 1;
  for (const [x1, y1, x2, y2] of HATCHES[kind % HATCHES.length]) {
    brush.beginPath();
    brush.moveTo(x1, y1);
    brush.lineTo(x2, y2);
    brush.stroke();
  }
  return brush.getImageData(0, 0, 12 * SCALE, 12 * SCALE);
}

export function drawn(name) {
  const [kind, what, colour, halo] = name.split("|");
  if (kind === "mark") return mark(what, colour, halo);
  return kind === "fill" ? hatch(Number(what), colour) : null;
}

export const PIXEL_RATIO = SCALE;
