import { kerasCode } from "../descent/code.js";
import { createLandscape } from "../descent/landscapes.js";
import { descend, gradientNoise } from "../descent/path.js";
import { createPlayer } from "../descent/player.js";
import { readoutTable } from "../descent/readouts.js";
import { ruleCards } from "../descent/rule_cards.js";
import { createStage } from "../descent/stage.js";
import { describe, goalText } from "../descent/words.js";
import { float } from "../engine/python.js";
import { copyPanel } from "../view/copy_panel.js";
import { element, format } from "../view/elements.js";
import { Frame } from "../view/frame.js";

/** Draw the widget into `el`; returns what ends it. */
export function render({ model, el }) {
  const landscapes = model.get("data").landscapes;
  const goal = model.get("data").goal;
  const frame = new Frame({ model, el }, draw);
  const set = (changes) => frame.set({ shown: null, ...changes });
  const stage = createStage(landscapes, frame, set);
  const cards = ruleCards(frame, set);
  const player = createPlayer(frame);
  const panel = copyPanel("Copy as Keras code");
  const readouts = element("div", { class: "dl-table", tabindex: 0, "aria-label": "Readouts" });
  let walked = [];
  const check = frame.askButton("Check with Keras", () => ({
    do: "check",
    paths: walked.map(({ points }) => points),
  }));
  const aim = element("p", { class: "dl-goal", hidden: goal === null });
  frame.root.append(
    aim,
    stage.controls,
    stage.pictures,
    player.element,
    cards.element,
    readouts,
    element("div", { class: "dl-row" }, panel.button, ...check),
    frame.answer,
    frame.problem,
    panel.element,
    frame.text,
  );

  function draw(settings) {
    const plan = planOf(landscapes, settings);
    const landscape = createLandscape(plan);
    const walk = { ...settings, noise: noiseOf(landscape, settings) };
    const paths = settings.rules.map((rule) => descend(landscape, rule, walk));
    const shown = settings.shown ?? settings.steps;
    walked = paths;
    cards.show(settings.rules);
    player.show(settings);
    stage.show(landscape, paths, { ...settings, shown, goal });
    readouts.replaceChildren(readoutTable(settings.rules, paths, shown, goal));
    panel.show(kerasCode(landscape, settings));
    aim.textContent = goalText(settings, paths, goal);
    frame.say(describe(landscape, settings, paths, goal));
    stage.describe(frame.spoken);
  }

  frame.redraw();
  return frame.close;
}

/** The chosen landscape's description, with the ravine's condition and angle filled in. */
function planOf(landscapes, { landscape, condition, angle }) {
  const plan = landscapes.find(({ kind }) => kind === landscape);
  if (plan.kind !== "ravine") return plan;
  const turned = angle ? `, angle=${float(angle)}` : "";
  return {
    ...plan,
    condition,
    angle,
    name: `ravine, condition ${format(condition)}${angle ? `, angle ${format(angle)}°` : ""}`,
    python: `dl.ravine(condition=${float(condition)}${turned})`,
  };
}

function noiseOf({ dimensions }, { seed, steps, noise, batch_size }) {
  return gradientNoise({ seed, steps: steps + 1, dimensions, noise, batchSize: batch_size });
}
