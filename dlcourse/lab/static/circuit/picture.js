import { colorsOf } from "../view/looks.js";
import { element, format } from "../view/elements.js";
import { passes, stepsOf } from "./passes.js";

const BOX = { width: 54, height: 26 };

/** The graph on a canvas: from left to right, or from top to bottom where it is narrow. */
export class GraphPicture {
  constructor(operations, places) {
    Object.assign(this, { operations, places });
    this.canvas = element("canvas", { role: "img", class: "dl-plot" });
    this.context = this.canvas.getContext("2d");
  }

  /** What a screen reader says of the picture. */
  describe(text) {
    this.canvas.setAttribute("aria-label", text);
  }

  draw({ leaves, step }) {
    this.#begin();
    const known = passes(this.operations, leaves, step);
    const current = stepsOf(this.operations)[step - 1];
    for (const [name, , inputs] of this.operations) {
      inputs.forEach((input, at) => this.#edge(name, input, at, known, current));
    }
    for (const name of Object.keys(this.centers)) this.#box(name, known, current, name in leaves);
  }

  /** The name of the box under a pointer, if there is one. */
  under(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return Object.keys(this.centers).find((name) => {
      const [cx, cy] = this.centers[name];
      return Math.abs(x - cx) < BOX.width / 2 + 6 && Math.abs(y - cy) < BOX.height / 2 + 16;
    });
  }

  #begin() {
    const { canvas, context } = this;
    const width = canvas.clientWidth || 400;
    const [columns, rows] = [0, 1].map((axis) => span(this.places, axis));
    const across = width >= 110 * (columns.size + 1);
    const height = across ? 84 * rows.size + 84 : 120 * columns.size + 84;
    const density = globalThis.devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    [canvas.width, canvas.height] = [width * density, height * density].map(Math.round);
    context.setTransform(density, 0, 0, density, 0, 0);
    this.colors = colorsOf(canvas.parentElement);
    context.fillStyle = this.colors.surface;
    context.fillRect(0, 0, width, height);
    context.textAlign = "center";
    context.textBaseline = "middle";
    const place = ([column, row]) => {
      const forth = columns.size ? (column - columns.low) / columns.size : 0.5;
      const aside = rows.size ? (rows.low + rows.size - row) / rows.size : 0.5;
      const [x, y] = across ? [forth, aside] : [aside, forth];
      return [34 + x * (width - 68), 42 + y * (height - 84)];
    };
    const placed = Object.entries(this.places).map(([name, at]) => [name, place(at)]);
    this.centers = Object.fromEntries(placed);
  }

  #edge(name, input, at, { slopes }, current) {
    const { context, colors } = this;
    const [from, to] = [this.centers[input], this.centers[name]];
    const lit = current?.kind === "edge" && current.name === name && current.at === at;
    const color = lit ? colors.palette[1] : colors.line;
    context.lineWidth = lit ? 3 : 1.5;
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    this.#arrow(from, to, lit ? colors.palette[1] : colors.soft, lit);
    if (!slopes[name]) return;
    const [x, y] = [0, 1].map((k) => from[k] + 0.5 * (to[k] - from[k]));
    this.#text(format(slopes[name][at]), x, y, lit ? colors.palette[1] : colors.soft, "12px");
  }

  /** An arrow's head: forward, or back on the edge that a gradient passes. */
  #arrow(from, to, color, back) {
    const { context } = this;
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]) + (back ? Math.PI : 0);
    const share = back ? 0.33 : 0.67;
    const [x, y] = [0, 1].map((k) => from[k] + share * (to[k] - from[k]));
    context.fillStyle = color;
    context.beginPath();
    for (const turn of [0, 2.5, -2.5]) {
      context.lineTo(x + 8 * Math.cos(angle + turn), y + 8 * Math.sin(angle + turn));
    }
    context.closePath();
    context.fill();
  }

  #box(name, { values, gradients }, current, leaf) {
    const { context, colors } = this;
    const [x, y] = this.centers[name];
    const lit = current && (current.kind === "edge" ? current.input : current.name) === name;
    const sign = this.operations.find(([each]) => each === name)?.[1] ?? name;
    const shape = [x - BOX.width / 2, y - BOX.height / 2, BOX.width, BOX.height];
    context.beginPath();
    context.roundRect(...shape, leaf ? 13 : 5);
    context.fillStyle = colors.surface;
    context.fill();
    context.lineWidth = lit ? 3 : 1.5;
    context.strokeStyle = lit ? colors.palette[current.kind === "forward" ? 0 : 1] : colors.soft;
    context.stroke();
    context.fillStyle = colors.ink;
    context.font = "600 13px system-ui, sans-serif";
    context.fillText(sign, x, y);
    const label = leaf ? "" : `${name} = `;
    if (name in values) this.#text(label + format(values[name]), x, y - 24, colors.palette[0]);
    if (name in gradients) this.#text(format(gradients[name]), x, y + 24, colors.palette[1]);
  }

  /** Text on a patch of the background, so that edges behind it do not disturb. */
  #text(text, x, y, color, size = "13px") {
    const { context } = this;
    context.font = `${size} system-ui, sans-serif`;
    const width = context.measureText(text).width + 4;
    context.fillStyle = this.colors.surface;
    context.fillRect(x - width / 2, y - 8, width, 16);
    context.fillStyle = color;
    context.fillText(text, x, y);
  }
}

/** The lowest coordinate and how far the others go, along an axis. */
function span(places, axis) {
  const along = Object.values(places).map((place) => place[axis]);
  const low = Math.min(...along);
  return { low, size: Math.max(...along) - low };
}
