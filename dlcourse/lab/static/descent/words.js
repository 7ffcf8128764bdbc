import { format } from "../view/elements.js";

/** The first step at which f is below the goal, or -1. */
export function reachedAt(path, goal) {
  return goal === null ? -1 : path.values.findIndex((value) => value < goal);
}

/** The goal, and who has reached it when. */
export function goalText({ rules, steps }, paths, goal) {
  if (goal === null) return "";
  const met = paths.flatMap((path, index) => {
    const step = reachedAt(path, goal);
    return step < 0 ? [] : [`${rules[index].rule} at step ${step}`];
  });
  const aim = `Goal: f(w) below ${format(goal)} within ${steps} steps.`;
  return `${aim} ${met.length ? `Reached by ${met.join(", by ")}.` : "Not reached yet."}`;
}

const point = (w) => (w.length === 1 ? format(w[0]) : `(${w.map(format).join(", ")})`);

/** What is seen, in sentences. */
export function describe(landscape, settings, paths, goal) {
  const { start, rules, batch_size, steps } = settings;
  const from = point(start.slice(0, landscape.dimensions));
  const batch = batch_size ? ` Gradients as of batches of ${batch_size}.` : "";
  const told = paths.map((path, index) => describePath(path, rules[index].rule, settings, goal));
  return `On ${landscape.name}, from w = ${from}, ${steps} steps.${batch} ${told.join(" ")}`;
}

function describePath(path, label, { shown, steps }, goal) {
  const step = Math.min(shown ?? steps, path.values.length - 1);
  const gone = path.diverged && step === path.values.length - 1;
  if (gone) return `${label}: diverged, or left the picture, after ${step} steps.`;
  const reached = reachedAt(path, goal);
  const goalMet = reached >= 0 && reached <= step ? `; the goal is reached at step ${reached}` : "";
  const value = format(path.values[step]);
  return `${label}: f = ${value} after ${step} steps at w = ${point(path.points[step])}${goalMet}.`;
}
