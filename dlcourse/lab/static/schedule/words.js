import { format } from "../view/elements.js";

// The parameters that are places on the axis of steps, each with where it is counted from.
const PLACES = {
  "warm-up, then constant": (p) => ({ "the warm-up's end": p.warmup_steps }),
  "linear to zero": (p) => ({ "the decay's end": p.decay_steps }),
  cosine: (p) => ({ "the decay's end": p.decay_steps }),
  "warm-up, then cosine": (p) => ({
    "the warm-up's end": p.warmup_steps,
    "the decay's end": p.warmup_steps + p.decay_steps,
  }),
  "warm-up, stable, decay": (p) => ({
    "the warm-up's end": p.warmup_steps,
    "the decay's beginning": p.warmup_steps + p.stable_steps,
    "the decay's end": p.warmup_steps + p.stable_steps + p.decay_steps,
  }),
  "piecewise constant": (p) => ({ "boundary 1": p.boundary_1, "boundary 2": p.boundary_2 }),
  drawn: (p) => ({ "the last point": p.points.at(-1)[0] }),
};

/** The places of a schedule: { name: step }. */
export function places(name, p) {
  return PLACES[name]?.(p) ?? {};
}

/** What is amiss: places that a run of `steps` steps never reaches, and steps at rate zero. */
export function warnings(name, p, steps, rates) {
  const missed = Object.entries(places(name, p))
    .filter(([, at]) => at > steps)
    .map(([place, at]) => `${place} (step ${at}) is never reached: the run has ${steps} steps`);
  const idle = rates.length - 1 - rates.findLastIndex((rate) => rate > 0);
  const wasted = idle > 1 ? [`the rate is 0 in the last ${idle} steps, which train nothing`] : [];
  const said = [...missed, ...wasted];
  return said.length ? `Mind: ${said.join("; ")}.` : "";
}

/** What is seen, in sentences. */
export function describe(name, rates, epochSteps, loss, constantLoss) {
  const highest = Math.max(...rates);
  const epochs = format(rates.length / epochSteps);
  return (
    `${name}: ${rates.length} steps, which are ${epochs} epochs of ${epochSteps} steps. ` +
    `The rate is ${format(rates[0])} at step 0, at most ${format(highest)} ` +
    `(first at step ${rates.indexOf(highest)}), ${format(rates.at(-1))} at the last. ` +
    `SGD with noisy gradients in a ravine ends at a loss around ${format(loss)}, ` +
    `at the constant rate ${format(highest)} around ${format(constantLoss)}.`
  );
}
