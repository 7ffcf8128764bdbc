// What a schedule does to a run: SGD with noisy gradients in a ravine, from several seeds at once.

import { Random } from "../engine/random.js";

const CURVATURES = [0.25, 5];
const START = [-4, 1.5];
const NOISE = 2; // the spread of one gradient around the exact one
const SEEDS = [0, 1, 2, 3, 4];

/** The loss before each step and after the last, one array a seed. */
export function noisyRuns(rates) {
  return SEEDS.map((seed) => {
    const random = new Random(seed);
    const w = [...START];
    const losses = [];
    const loss = () => CURVATURES.reduce((sum, c, k) => sum + (c * w[k] * w[k]) / 2, 0);
    for (const rate of rates) {
      losses.push(loss());
      CURVATURES.forEach((c, k) => {
        w[k] -= rate * (c * w[k] + NOISE * random.normal());
      });
    }
    return [...losses, loss()];
  });
}

/** Median, lowest and highest of the runs after each step. */
export function summarize(runs) {
  const columns = runs[0].map((_, step) => runs.map((run) => run[step]).sort((a, b) => a - b));
  return {
    median: columns.map((column) => column[(column.length - 1) / 2]),
    low: columns.map((column) => column[0]),
    high: columns.map((column) => column.at(-1)),
  };
}

/** The mean of the median loss over the last tenth of the steps: where a run has settled. */
export function settled({ median }) {
  const last = median.slice(-Math.ceil(median.length / 10));
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}
