import { choice, number, slider } from "../view/controls.js";
import { drag } from "../view/drag.js";
import { element, format } from "../view/elements.js";
import { Plot } from "../view/plot.js";
import { shrinkage, stepsToATenth } from "./convergence.js";
import { contourImage, drawConvergence, drawPaths, drawValues, looksOf } from "./pictures.js";

/** The landscape's controls and the pictures. */
export function createStage(landscapes, frame, set) {
  const pick = choice(
    "landscape",
    landscapes.map(({ kind, label }) => [kind, label]),
    (kind) => set({ landscape: kind, start: landscapes.find((each) => each.kind === kind).start }),
  );
  const starts = [0, 1].map((k) =>
    number(`start w[${k}]`, (value) => {
      const start = [...frame.settings.start];
      start[k] = value;
      set({ start });
    }),
  );
  const condition = slider("condition", { low: 1, high: 200, scale: "log" }, (value) =>
    set({ condition: value }),
  );
  const angle = slider("angle in degrees", { low: 0, high: 90, scale: "steps" }, (value) =>
    set({ angle: value }),
  );
  const sizes = [0, 256, 64, 16, 4, 1];
  const batch = choice(
    "gradient",
    sizes.map((size) => [size, size ? `noisy, of a batch of ${size}` : "exact, of all rows"]),
    (size) => set({ batch_size: size }),
  );
  const seed = number("seed", (seed) => set({ seed }), { low: 0, whole: true });
  const ground = new Plot({ x: { label: "w[0]" }, y: { label: "w[1]" }, ratio: 0.74 });
  const values = new Plot({
    x: { label: "step" },
    y: { label: "f(w) above the minimum", scale: "log" },
    ratio: 0.52,
  });
  const map = new Plot({
    x: { label: "learning rate", scale: "log" },
    y: { label: "momentum" },
    ratio: 0.52,
  });
  const key = element("p", { class: "dl-key" });
  const convergence = element("figure", { class: "dl-figure" }, map.canvas, key);
  const contours = { key: "" };
  dragStart(ground, frame, set);
  dragSettings(map, frame, set);

  function show(landscape, paths, settings) {
    const flat = landscape.dimensions === 1;
    const quadratic = landscape.curvatures !== undefined;
    pick.show(settings.landscape);
    starts.forEach((control, k) => control.show(settings.start[k]));
    starts[1].element.hidden = flat;
    condition.element.hidden = angle.element.hidden = settings.landscape !== "ravine";
    condition.show(settings.condition);
    angle.show(settings.angle);
    batch.show(settings.batch_size);
    seed.element.hidden = !settings.batch_size;
    seed.show(settings.seed);
    convergence.hidden = !quadratic;
    const looks = looksOf(settings.rules);
    if (flat) drawCurve(ground, landscape);
    else drawContours(ground, landscape, contours);
    drawPaths(ground, landscape, paths, looks, settings);
    const bottom = landscape.minima.length ? landscape.value(landscape.minima[0]) : lowest(paths);
    const heights = paths.map((path) => path.values.map((value) => value - bottom));
    const aim = settings.goal === null ? null : settings.goal - bottom;
    drawValues(values, heights, looks, { ...settings, goal: aim });
    if (quadratic) showMap(map, key, landscape, settings.rules, looks);
  }

  function describe(text) {
    ground.describe(`Paths on the landscape. ${text}`);
    values.describe(`The height f(w) after each step. ${text}`);
    map.describe(key.textContent);
  }

  return {
    controls: element(
      "div",
      { class: "dl-row" },
      ...[pick, ...starts, condition, angle, batch, seed].map((each) => each.element),
    ),
    pictures: element(
      "div",
      { class: "dl-pictures" },
      element("figure", { class: "dl-figure" }, ground.canvas),
      element("div", {}, element("figure", { class: "dl-figure" }, values.canvas), convergence),
    ),
    show,
    describe,
  };
}

const lowest = (paths) => Math.min(...paths.flatMap((path) => path.values)) - 1e-12;

function drawCurve(plot, landscape) {
  const [[low, high]] = landscape.domain;
  const xs = Array.from({ length: 301 }, (_, i) => low + ((high - low) * i) / 300);
  const ys = xs.map((x) => landscape.value([x]));
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  plot.axes = { x: { label: "w" }, y: { label: "f(w)" } };
  plot.begin([low, high], [bottom - 0.08 * (top - bottom), top + 0.08 * (top - bottom)]);
  plot.line(xs, ys, plot.colors.soft, { width: 1.5 });
}

/** The contours are drawn anew only when they change, since they are the costly part. */
function drawContours(plot, landscape, cache) {
  plot.axes = { x: { label: "w[0]" }, y: { label: "w[1]" } };
  plot.begin(...landscape.domain);
  const [width, height] = [plot.box.width, plot.box.height].map(Math.round);
  const key = [landscape.name, width, height, plot.colors.surface].join();
  if (cache.key !== key) {
    cache.image = contourImage(landscape, width, height, plot.colors);
    cache.key = key;
  }
  plot.image(cache.image);
}

const MAPPED = ["SGD", "Momentum", "Nesterov"];

function showMap(map, key, landscape, rules, looks) {
  const stands = rules.flatMap(({ rule, learning_rate, momentum = 0 }, index) => {
    if (!MAPPED.includes(rule)) return [];
    const [color, marker] = looks[index];
    return [{ rule, rate: learning_rate, momentum, color, marker }];
  });
  const nesterov = stands.length > 0 && stands.every(({ rule }) => rule === "Nesterov");
  drawConvergence(map, landscape.curvatures, nesterov, stands);
  const told = stands.map(({ rule, rate, momentum }) => {
    const factor = shrinkage(rate, momentum, landscape.curvatures, rule === "Nesterov");
    const steps = stepsToATenth(factor);
    return steps === Infinity ? `${rule} never settles` : `${rule}: ${format(steps)} steps`;
  });
  const who = nesterov ? "Nesterov's" : "SGD's";
  key.textContent =
    `${who} steps until the distance is a tenth: strong blue 2, faint 2,000; ` +
    `orange: it never settles.${told.length ? ` Here: ${told.join("; ")}.` : ""}`;
}

/** Put the start where the pointer is, as long as it is pressed. */
function dragStart(plot, frame, set) {
  drag(plot, ([x, y]) => {
    const flat = plot.axes.y.label === "f(w)";
    const round = (value) => Number(value.toPrecision(3));
    set({ start: flat ? [round(x), frame.settings.start[1]] : [round(x), round(y)] });
  });
}

/** Give the first rule that has them the rate and momentum under the pointer. */
function dragSettings(plot, frame, set) {
  drag(plot, ([rate, momentum]) => {
    const { rules } = frame.settings;
    const having = (key) => rules.findIndex((each) => MAPPED.includes(each.rule) && key in each);
    const index = having("momentum") >= 0 ? having("momentum") : having("learning_rate");
    if (index < 0) return;
    const changed = { ...rules[index], learning_rate: Number(rate.toPrecision(2)) };
    if ("momentum" in changed) {
      changed.momentum = Math.min(0.99, Math.max(0.01, Number(momentum.toFixed(2))));
    }
    set({ rules: rules.with(index, changed) });
  });
}
