import { stepsOf } from "../circuit/passes.js";
import { GraphPicture } from "../circuit/picture.js";
import { describe } from "../circuit/words.js";
import { button, slider } from "../view/controls.js";
import { element } from "../view/elements.js";
import { Frame } from "../view/frame.js";

/** Draw the widget into `el`; returns what ends it. */
export function render({ model, el }) {
  const { operations, places } = model.get("data");
  const steps = stepsOf(operations);
  const frame = new Frame({ model, el }, draw);
  const setLeaf = (name, value) =>
    frame.set({ leaves: { ...frame.settings.leaves, [name]: value } });
  const leaves = leafSliders(frame.settings.leaves, setLeaf);
  const go = (step) => frame.set({ step: Math.max(0, Math.min(steps.length, step)) });
  const at = slider("step", { low: 0, high: steps.length, scale: "steps" }, go);
  const back = button("Undo a step", () => go(frame.settings.step - 1));
  const forth = button("Step", () => go(frame.settings.step + 1));
  const picture = new GraphPicture(operations, places);
  dragLeaves(picture, frame, setLeaf);
  frame.root.append(
    element(
      "div",
      { class: "dl-row" },
      forth,
      back,
      button("To the start", () => go(0)),
      button("Whole forward pass", () => go(operations.length)),
      button("Both passes", () => go(steps.length)),
      at.element,
    ),
    element(
      "figure",
      { class: "dl-figure" },
      picture.canvas,
      element(
        "p",
        { class: "dl-key" },
        "Blue, above a box: its value. On an edge: the box's local derivative. Orange, below: the " +
          "gradient of the result. Drag an input up or down, or type its value:",
      ),
    ),
    leaves.element,
    frame.problem,
    frame.text,
  );

  function draw(settings) {
    const { step } = settings;
    leaves.show(settings.leaves);
    at.show(step);
    back.disabled = step === 0;
    forth.disabled = step === steps.length;
    picture.draw(settings);
    frame.say(`Step ${step} of ${steps.length}. ${describe(operations, settings)}`);
    picture.describe(frame.spoken);
  }

  frame.redraw();
  return frame.close;
}

/** A slider for each input, wide enough for the value that it has at first. */
function leafSliders(values, change) {
  const controls = Object.entries(values).map(([name, value]) => {
    const reach = Math.max(5, Math.ceil(2 * Math.abs(value)));
    const limits = { low: -reach, high: reach, scale: "linear" };
    return [name, slider(name, limits, (moved) => change(name, moved))];
  });
  const show = (leaves) => controls.forEach(([name, control]) => control.show(leaves[name]));
  const parts = controls.map(([, control]) => control.element);
  return { element: element("div", { class: "dl-row" }, ...parts), show };
}

/** Pull an input's box up or down to change its value, 50 pixels for 1. */
function dragLeaves(picture, frame, change) {
  const { canvas } = picture;
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    const name = picture.under(event);
    if (!(name in frame.settings.leaves)) return;
    canvas.setPointerCapture(event.pointerId);
    held = { name, from: frame.settings.leaves[name], y: event.clientY };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    const value = held.from + (held.y - event.clientY) / 50;
    change(held.name, Math.round(20 * value) / 20);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      held = null;
    });
  }
}
