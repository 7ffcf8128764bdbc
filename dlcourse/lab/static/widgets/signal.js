import { ACTIVATIONS } from "../engine/activations.js";
import { drawHistograms, drawMap, drawSpreads } from "../signal/pictures.js";
import { moments, spreadsByGain, traceSignals } from "../signal/trace.js";
import { choice, number, slider, tick } from "../view/controls.js";
import { drag } from "../view/drag.js";
import { element, format } from "../view/elements.js";
import { Frame } from "../view/frame.js";
import { Plot } from "../view/plot.js";

const GAIN = { low: 0.2, high: 5, scale: "log" };
const DEEPEST = 50;
const GAINS = Array.from({ length: 33 }, (_, k) => 0.2 * 25 ** (k / 32));

/** Draw the widget into `el`; returns what ends it. */
export function render({ model, el }) {
  const frame = new Frame({ model, el }, draw);
  const set = (changes) => frame.set(changes);
  const controls = createControls(set);
  const plots = createPlots();
  const key = element("p", { class: "dl-key" });
  const check = frame.askButton("Check with Keras", () => ({ do: "check", shown: traced }));
  let traced = null;
  const known = {};
  drag(plots.map, ([gain, depth]) =>
    set({ gain: Number(gain.toPrecision(3)), depth: Math.max(1, Math.round(depth)) }),
  );
  const figure = (plot, ...more) => element("figure", { class: "dl-figure" }, plot.canvas, ...more);
  frame.root.append(
    element("div", { class: "dl-row" }, ...Object.values(controls).map((each) => each.element)),
    element(
      "div",
      { class: "dl-pictures" },
      figure(
        plots.histograms,
        element(
          "p",
          { class: "dl-key" },
          "Blue: where the activations lie. Orange: their mean, dashed: plus and minus the spread.",
        ),
      ),
      element(
        "div",
        {},
        figure(
          plots.spreads,
          element(
            "p",
            { class: "dl-key" },
            "Blue circles: activations. Orange squares, dashed: gradients, 1 at the last layer.",
          ),
        ),
        figure(plots.map, key),
      ),
    ),
    element("div", { class: "dl-row" }, ...check),
    frame.answer,
    frame.problem,
    frame.text,
  );

  function draw(settings) {
    for (const [name, control] of Object.entries(controls)) control.show(settings[name]);
    const { activations, gradients } = traceSignals(settings);
    const [forward, back] = [activations, gradients].map((layers) => layers.map(moments));
    traced = [forward, back].map((layers) => layers.map(({ spread }) => spread));
    drawHistograms(plots.histograms, activations, forward);
    drawSpreads(plots.spreads, ...traced);
    const { activation, normalize, residual, seed } = settings;
    const spreads = remember(known, [activation, normalize, residual, seed].join(), () =>
      spreadsByGain(settings, GAINS, DEEPEST),
    );
    drawMap(plots.map, GAINS, spreads, settings);
    key.textContent =
      "The last layer's spread over gain and depth. Blue: it vanishes; orange: it explodes; " +
      "pale: it stays near 1.";
    frame.say(describe(settings, ...traced));
    for (const plot of Object.values(plots)) plot.describe(frame.spoken);
  }

  frame.redraw();
  return frame.close;
}

/** What `make` gave for a key, made anew only for another key. */
function remember(known, key, make) {
  if (known.key !== key) Object.assign(known, { key, value: make() });
  return known.value;
}

function createControls(set) {
  const names = Object.keys(ACTIVATIONS).map((name) => [name, name]);
  return {
    activation: choice("activation", names, (activation) => set({ activation })),
    depth: slider("layers", { low: 1, high: DEEPEST, scale: "steps" }, (depth) => set({ depth })),
    gain: slider("gain: weights' spread × √inputs", GAIN, (gain) => set({ gain })),
    normalize: tick("batch normalization", (normalize) => set({ normalize })),
    residual: tick("residual connections", (residual) => set({ residual })),
    seed: number("seed", (seed) => set({ seed }), { low: 0, whole: true }),
  };
}

function createPlots() {
  const layer = { label: "layer" };
  return {
    histograms: new Plot({ x: layer, y: { label: "activation" }, ratio: 0.74 }),
    spreads: new Plot({ x: layer, y: { label: "spread", scale: "log" }, ratio: 0.52 }),
    map: new Plot({
      x: { label: "gain", scale: "log", values: [0.2, 0.5, 1, 2, 5] },
      y: { label: "layers" },
      ratio: 0.52,
    }),
  };
}

function describe({ activation, depth, gain, width, normalize, residual }, forward, back) {
  const extras = [normalize && "batch normalization", residual && "residual connections"];
  const added = extras.filter(Boolean).join(" and ");
  return (
    `${depth} layers of ${width} units, ${activation}, gain ${format(gain)}` +
    `${added ? `, with ${added}` : ""}. Spread of the activations: ${format(forward[0])} in layer 1, ` +
    `${format(forward.at(-1))} in layer ${depth}: ${fate(forward.at(-1) / forward[0])}. ` +
    `Spread of the gradients: ${format(back.at(-1))} in layer ${depth}, ${format(back[0])} in ` +
    `layer 1: ${fate(back[0] / back.at(-1))}.`
  );
}

function fate(factor) {
  if (!(factor < 10)) return "it explodes";
  return factor < 0.1 ? "it vanishes" : "it keeps its size";
}
