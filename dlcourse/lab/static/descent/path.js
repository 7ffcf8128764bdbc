import { createOptimizer } from "../engine/optimizers.js";
import { Random } from "../engine/random.js";

/**
 * Noise on the gradients, as of batches: each row's gradient is off by a normal draw of spread
 * `noise`, and the mean of `batchSize` rows by 1 / sqrt(batchSize) of it.
 */
export function gradientNoise({ seed, steps, dimensions, noise, batchSize }) {
  const spread = batchSize ? noise / Math.sqrt(batchSize) : 0;
  return new Random(seed).normals(steps * dimensions, spread);
}

/** Follow a rule; row t of the result is the state after t steps, until a number is not finite. */
export function descend(landscape, { rule, ...hyperparameters }, { start, steps, noise }) {
  const d = landscape.dimensions;
  const w = Float64Array.from(start.slice(0, d));
  const g = new Float64Array(d);
  const step = createOptimizer(rule, hyperparameters, d);
  const path = { points: [], values: [], slopes: [], sizes: [], diverged: false };
  for (let t = 0; t <= steps; t += 1) {
    landscape.gradient(w, g);
    const value = landscape.value(w);
    if (![...w, ...g, value].every(Number.isFinite)) {
      path.diverged = true;
      break;
    }
    path.points.push([...w]);
    path.values.push(value);
    path.slopes.push(Math.hypot(...g));
    if (t > 0) path.sizes.push(Math.hypot(...w.map((each, k) => each - path.points[t - 1][k])));
    for (let k = 0; k < d; k += 1) g[k] += noise[t * d + k];
    step(w, g);
  }
  return path;
}
