import { PIECEWISE_LINEAR, SCHEDULES } from "../engine/schedules.js";
import { pointTable } from "../schedule/point_table.js";
import { noisyRuns, settled, summarize } from "../schedule/run.js";
import { describe, places, warnings } from "../schedule/words.js";
import { choice, number, slider } from "../view/controls.js";
import { copyPanel } from "../view/copy_panel.js";
import { drag } from "../view/drag.js";
import { element } from "../view/elements.js";
import { Frame } from "../view/frame.js";
import { Plot } from "../view/plot.js";

const words = (key) => key.replaceAll("_", " ");

/** Draw the widget into `el`; returns what ends it. */
export function render({ model, el }) {
  const frame = new Frame({ model, el }, draw);
  const set = (changes) => frame.set(changes);
  const change = (values) => {
    const { schedule, parameters } = frame.settings;
    set({ parameters: { ...parameters, [schedule]: { ...parameters[schedule], ...values } } });
  };
  const names = Object.keys(SCHEDULES);
  const pick = choice("schedule", names.map((name) => [name, name]), (schedule) => set({ schedule }));
  const steps = slider("steps of the run", { low: 10, high: 400, scale: "steps" }, (value) =>
    set({ steps: value }),
  );
  const epoch = number(
    "steps per epoch",
    (value) => set({ steps_per_epoch: value }),
    { low: 1, whole: true },
  );
  const own = parameterSliders(change);
  const table = pointTable(() => frame.settings.parameters.drawn.points, (points) => change({ points }));
  const rate = new Plot({ x: { label: "step" }, y: { label: "learning rate" }, ratio: 0.6 });
  const loss = new Plot({
    x: { label: "step" },
    y: { label: "loss", scale: "log" },
    ratio: 0.6,
  });
  const mind = element("p", { class: "dl-problem", role: "status" });
  const panel = copyPanel("Copy as Keras code");
  const figure = (plot, text) =>
    element("figure", { class: "dl-figure" }, plot.canvas, element("p", { class: "dl-key" }, text));
  frame.root.append(
    element("div", { class: "dl-row" }, ...[pick, steps, epoch].map((each) => each.element)),
    own.element,
    table.element,
    element(
      "div",
      { class: "dl-pictures dl-halves" },
      figure(rate, "The rate that each step uses. Dotted: where the schedule turns."),
      figure(
        loss,
        "SGD with noisy gradients in a ravine of condition 20, median and range of 5 seeds. " +
          "Gray, dashed: the same at the constant highest rate.",
      ),
    ),
    mind,
    element("div", { class: "dl-row" }, panel.button),
    panel.element,
    frame.problem,
    frame.text,
  );
  drag(rate, (at, pressed) => {
    if (frame.settings.schedule === "drawn") table.move(at, pressed, frame.settings.steps);
  });

  function draw(settings) {
    const { schedule, steps: count, steps_per_epoch: epochSteps } = settings;
    const p = settings.parameters[schedule];
    pick.show(schedule);
    steps.show(count);
    epoch.show(epochSteps);
    own.show(schedule, p);
    table.element.hidden = schedule !== "drawn";
    table.show(settings.parameters.drawn.points);
    const rates = Array.from({ length: count }, (_, step) => SCHEDULES[schedule].rate(step, p));
    const constant = rates.map(() => Math.max(...rates));
    const [run, other] = [rates, constant].map((each) => summarize(noisyRuns(each)));
    drawRates(rate, rates, settings, p);
    drawLosses(loss, run, other, count);
    mind.textContent = warnings(schedule, p, count, rates);
    mind.hidden = !mind.textContent;
    panel.show(kerasCode(schedule, p));
    frame.say(describe(schedule, rates, epochSteps, settled(run), settled(other)));
    for (const plot of [rate, loss]) plot.describe(frame.spoken);
  }

  frame.redraw();
  return frame.close;
}

/** Sliders for the chosen schedule's own parameters. */
function parameterSliders(change) {
  const row = element("div", { class: "dl-row" });
  let shown = null;
  let controls = {};

  function show(schedule, p) {
    if (schedule !== shown) {
      shown = schedule;
      const { parameters } = SCHEDULES[schedule];
      controls = Object.fromEntries(
        Object.entries(parameters).map(([key, limits]) => [
          key,
          slider(words(key), limits, (value) => change({ [key]: value })),
        ]),
      );
      row.replaceChildren(...Object.values(controls).map((each) => each.element));
    }
    for (const [key, control] of Object.entries(controls)) control.show(p[key]);
  }

  return { element: row, show };
}

function drawRates(plot, rates, { schedule, steps }, p) {
  const top = Math.max(...rates, ...(p.points ?? []).map(([, rate]) => rate)) * 1.15 || 1;
  plot.begin([0, steps], [0, top]);
  for (const at of Object.values(places(schedule, p))) {
    plot.line([at, at], [0, top], plot.colors.soft, { width: 1.5, dash: [2, 4] });
  }
  plot.line(rates.map((_, step) => step), rates, plot.colors.palette[0], { width: 2.5 });
  for (const [step, rate] of p.points ?? []) plot.marker(step, rate, "o", plot.colors.palette[1], 7);
}

function drawLosses(plot, run, other, steps) {
  const all = [...run.low, ...run.high, ...other.median].filter((each) => each > 0 && each < 1e9);
  plot.begin([0, steps], [Math.max(Math.min(...all), 1e-4) / 1.5, Math.max(...all) * 1.5]);
  const xs = run.median.map((_, step) => step);
  plot.band(xs, run.low, run.high, plot.colors.palette[0]);
  plot.line(xs, other.median, plot.colors.soft, { width: 1.5, dash: [6, 4] });
  plot.line(xs, run.median, plot.colors.palette[0]);
}

function kerasCode(schedule, p) {
  const code = SCHEDULES[schedule].keras(p);
  const own = code.startsWith("PiecewiseLinear") ? `${PIECEWISE_LINEAR}\n\n` : "";
  return `import keras\n\n\n${own}learning_rate = ${code}\noptimizer = keras.optimizers.SGD(learning_rate)\n`;
}
