import { drawCosts, drawCurves, stopsTable } from "../stopping/pictures.js";
import { patienceCosts, replay } from "../stopping/replay.js";
import { describe, kerasCode } from "../stopping/words.js";
import { choice, slider, tick } from "../view/controls.js";
import { copyPanel } from "../view/copy_panel.js";
import { drag } from "../view/drag.js";
import { element } from "../view/elements.js";
import { Frame } from "../view/frame.js";
import { Plot } from "../view/plot.js";

/** Draw the widget into `el`; returns what ends it. */
export function render({ model, el }) {
  const data = model.get("data");
  const { mode, quantity, seeds } = data;
  // NaN and infinity arrive as texts.
  const all = Object.fromEntries(
    Object.entries(data.curves).map(([label, rows]) => [label, rows.map((row) => row.map(Number))]),
  );
  const labels = Object.keys(all);
  const epochs = Math.max(...Object.values(all).flatMap((rows) => rows.map((row) => row.length)));
  const frame = new Frame({ model, el }, draw);
  const controls = ruleControls(frame, epochs, Object.values(all).flat(2));
  const label = choice("method", labels.map((each) => [each, each]), (value) =>
    frame.set({ label: value }),
  );
  label.element.hidden = labels.length === 1;
  const main = new Plot({ x: { label: "epoch" }, y: { label: quantity }, ratio: 0.74 });
  const small = (text) => new Plot({ x: { label: "patience" }, y: { label: text }, ratio: 0.4 });
  const [spent, kept] = [small("epochs trained"), small("value kept")];
  const readouts = element("div", { class: "dl-table", tabindex: 0, "aria-label": "Readouts" });
  const panel = copyPanel("Copy as Keras code");
  frame.root.append(
    element("div", { class: "dl-row" }, label.element, ...controls.elements),
    element(
      "div",
      { class: "dl-pictures" },
      element(
        "figure",
        { class: "dl-figure" },
        main.canvas,
        element(
          "p",
          { class: "dl-key" },
          "One color a seed. Square: the training stops. Disk: the weights that are kept. Drag to " +
            "move the first epoch that is watched.",
        ),
      ),
      element(
        "figure",
        { class: "dl-figure" },
        spent.canvas,
        kept.canvas,
        element("p", { class: "dl-key" }, "Median and range of the seeds. Drag to set the patience."),
      ),
    ),
    readouts,
    element("div", { class: "dl-row" }, panel.button),
    panel.element,
    frame.problem,
    frame.text,
  );
  drag(main, ([epoch]) => {
    const start = Math.min(epochs - 1, Math.max(0, Math.round(epoch - 0.5)));
    frame.set({ start_from_epoch: start });
  });
  for (const plot of [spent, kept]) {
    drag(plot, ([patience]) => frame.set({ patience: Math.min(epochs, Math.round(patience)) }));
  }

  function draw(settings) {
    const curves = all[settings.label];
    const stops = curves.map((curve) => replay(curve, settings, mode));
    const costs = patienceCosts(curves, settings, mode, epochs);
    label.show(settings.label);
    controls.show(settings);
    drawCurves(main, curves, stops, settings, quantity);
    drawCosts(spent, costs.map((each) => each.epochs), settings.patience);
    drawCosts(kept, costs.map((each) => each.kept), settings.patience);
    readouts.replaceChildren(stopsTable(seeds, curves, stops, mode));
    panel.show(kerasCode(data, settings));
    frame.say(describe(data, settings, curves, stops));
    main.describe(`Curves and where they stop. ${frame.spoken}`);
    spent.describe(`Epochs trained over patience. ${frame.spoken}`);
    kept.describe(`The value kept over patience. ${frame.spoken}`);
  }

  frame.redraw();
  return frame.close;
}

/** The rule's controls, under Keras's names. */
function ruleControls(frame, epochs, values) {
  const finite = values.filter(Number.isFinite);
  const range = finite.length ? Math.max(...finite) - Math.min(...finite) : 1;
  const reach = Number(Math.max(range / 5, 0.01).toPrecision(1));
  const made = {
    patience: { low: 0, high: epochs, scale: "steps" },
    min_delta: { low: 0, high: reach, scale: "linear" },
    start_from_epoch: { low: 0, high: epochs - 1, scale: "steps" },
  };
  const sliders = Object.entries(made).map(([name, limits]) => [
    name,
    slider(name, limits, (value) => frame.set({ [name]: value })),
  ]);
  const best = tick("restore_best_weights", (value) => frame.set({ restore_best_weights: value }));
  const controls = [...sliders, ["restore_best_weights", best]];
  return {
    elements: controls.map(([, { element: each }]) => each),
    show: (settings) => controls.forEach(([name, control]) => control.show(settings[name])),
  };
}
