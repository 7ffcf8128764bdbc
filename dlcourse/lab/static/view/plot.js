import { colorsOf, traceMarker } from "./looks.js";
import { element, format } from "./elements.js";

const MARGIN = { left: 52, right: 12, top: 12, bottom: 40 };

/** An image that is drawn again, frame after frame, is made a canvas once. */
const cellsOf = new WeakMap();

/** Axes on a canvas: ticks, lines, markers and images in the plot's own coordinates. */
export class Plot {
  /** `x` and `y`: { label, scale } with scale "linear" or "log"; `ratio`: height by width. */
  constructor({ x, y, ratio = 0.6 }) {
    this.axes = { x, y };
    this.ratio = ratio;
    this.canvas = element("canvas", { role: "img", class: "dl-plot" });
    this.context = this.canvas.getContext("2d");
  }

  /** What a screen reader says of the picture. */
  describe(text) {
    this.canvas.setAttribute("aria-label", text);
  }

  /** Clear the picture and draw axes from `x` = [low, high] and `y` = [low, high]. */
  begin(x, y) {
    const width = this.canvas.clientWidth || 400;
    const height = Math.round(Math.max(width * this.ratio, 210));
    const density = globalThis.devicePixelRatio || 1;
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    this.context.setTransform(density, 0, 0, density, 0, 0);
    const theme = getComputedStyle(this.canvas).color;
    if (theme !== this.theme) this.colors = colorsOf(this.canvas.parentElement);
    this.theme = theme;
    this.limits = { x, y };
    this.box = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    this.#frame();
  }

  /** From the plot's coordinates to the canvas's. */
  at(x, y) {
    const { left, top, width, height } = this.box;
    return [left + width * this.#share("x", x), top + height * (1 - this.#share("y", y))];
  }

  /** From a pointer's position to the plot's coordinates, inside its limits. */
  pointed(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const { box } = this;
    const within = (share) => Math.min(1, Math.max(0, share));
    return [
      this.#value("x", within((event.clientX - left - box.left) / box.width)),
      this.#value("y", within(1 - (event.clientY - top - box.top) / box.height)),
    ];
  }

  /** A line through points; what is not finite ends it. */
  line(xs, ys, color, { width = 2, dash = [], casing = false } = {}) {
    const { context } = this;
    this.clipped(() => {
      context.beginPath();
      let drawing = false;
      for (let i = 0; i < xs.length; i += 1) {
        const [x, y] = this.at(xs[i], ys[i]);
        const visible = Number.isFinite(x) && Number.isFinite(y);
        if (visible && drawing) context.lineTo(clamp(x), clamp(y));
        else if (visible) context.moveTo(clamp(x), clamp(y));
        drawing = visible;
      }
      context.lineJoin = "round";
      context.setLineDash(dash);
      if (casing) this.#stroke(this.colors.surface, width + 2.5);
      this.#stroke(color, width);
      context.setLineDash([]);
    });
  }

  /** The area between two lines. */
  band(xs, lows, highs, color) {
    const { context } = this;
    this.clipped(() => {
      context.beginPath();
      xs.forEach((x, i) => context.lineTo(...this.at(x, highs[i]).map(clamp)));
      for (let i = xs.length - 1; i >= 0; i -= 1) {
        context.lineTo(...this.at(xs[i], lows[i]).map(clamp));
      }
      context.fillStyle = color;
      context.globalAlpha = 0.22;
      context.fill();
      context.globalAlpha = 1;
    });
  }

  marker(x, y, shape, color, size = 5) {
    const [px, py] = this.at(x, y);
    if (!Number.isFinite(px) || !Number.isFinite(py)) return;
    this.clipped(() => {
      traceMarker(this.context, shape, clamp(px), clamp(py), size);
      this.context.fillStyle = color;
      this.context.fill();
      this.#stroke(this.colors.surface, size / 4);
    });
  }

  /** Cells of color: `image` is an ImageData that fills the box. */
  image(image, smooth = true) {
    const cells = cellsOf.get(image) ?? new OffscreenCanvas(image.width, image.height);
    if (!cellsOf.has(image)) cells.getContext("2d").putImageData(image, 0, 0);
    cellsOf.set(image, cells);
    const { left, top, width, height } = this.box;
    this.context.imageSmoothingEnabled = smooth;
    this.context.drawImage(cells, left, top, width, height);
    this.#outline();
  }

  text(x, y, text, { color = this.colors.ink, align = "left", dx = 0, dy = 0 } = {}) {
    const [px, py] = this.at(x, y);
    this.context.fillStyle = color;
    this.context.textAlign = align;
    this.context.fillText(text, px + dx, py + dy);
  }

  /** Draw within the axes only. */
  clipped(draw) {
    const { context, box } = this;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    draw();
    context.restore();
  }

  #share(axis, value) {
    const [low, high] = this.limits[axis];
    if (this.axes[axis].scale !== "log") return (value - low) / (high - low);
    return Math.log(value / low) / Math.log(high / low);
  }

  #value(axis, share) {
    const [low, high] = this.limits[axis];
    if (this.axes[axis].scale !== "log") return low + share * (high - low);
    return low * (high / low) ** share;
  }

  #stroke(color, width) {
    this.context.strokeStyle = color;
    this.context.lineWidth = width;
    this.context.stroke();
  }

  #outline() {
    const { left, top, width, height } = this.box;
    this.context.strokeStyle = this.colors.line;
    this.context.lineWidth = 1;
    this.context.strokeRect(left, top, width, height);
  }

  #frame() {
    const { context, colors, box, limits, axes } = this;
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.fillStyle = colors.surface;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const across = ticks(limits.x, axes.x, box.width / 70);
    const upward = ticks(limits.y, axes.y, box.height / 45);
    context.fillStyle = colors.soft;
    context.textAlign = "center";
    for (const tick of across) {
      const [x] = this.at(tick, limits.y[0]);
      this.#grid(x, box.top, x, box.top + box.height);
      context.fillText(tickText(tick), x, box.top + box.height + 12);
    }
    context.textAlign = "right";
    for (const tick of upward) {
      const [, y] = this.at(limits.x[0], tick);
      this.#grid(box.left, y, box.left + box.width, y);
      context.fillText(tickText(tick), box.left - 6, y);
    }
    this.#outline();
    context.fillStyle = colors.ink;
    context.textAlign = "center";
    context.fillText(axes.x.label, box.left + box.width / 2, box.top + box.height + 30);
    context.save();
    context.translate(10, box.top + box.height / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(axes.y.label, 0, 0);
    context.restore();
  }

  #grid(...[x0, y0, x1, y1]) {
    const { context } = this;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.globalAlpha = 0.5;
    this.#stroke(this.colors.line, 1);
    context.globalAlpha = 1;
  }
}

/** Canvases draw nothing at all where coordinates are huge. */
const clamp = (pixels) => Math.max(-1e5, Math.min(1e5, pixels));

/** About `count` round values between the limits; powers of ten on a log axis. */
function ticks([low, high], { scale, values }, count) {
  if (values) return values;
  if (scale === "log") {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const stride = Math.max(1, Math.ceil((last - first + 1) / Math.max(count, 2)));
    const powers = [];
    for (let k = first; k <= last; k += stride) powers.push(10 ** k);
    return powers;
  }
  const rough = (high - low) / Math.max(count, 2);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((each) => each * unit >= rough);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) {
    found.push(k * step);
  }
  return found;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function tickText(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e4 || size < 1e-2)) {
    const [digits, exponent] = value.toExponential(0).split("e");
    const raised = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]).join("");
    const sign = exponent < 0 ? "⁻" : "";
    return `${digits === "1" ? "" : `${digits}·`}10${sign}${raised}`;
  }
  return format(Number(value.toPrecision(6)));
}
