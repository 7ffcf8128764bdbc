// The learning-rate schedules that may be chosen; the tests hold each against the Keras object whose
// Python `keras(p)` writes. `rate(step, p)` counts steps from 0, as Keras does.

import { cos, power } from "./elementary.js";
import { float, floats } from "./python.js";

const PEAK = { value: 0.1, low: 1e-3, high: 1, scale: "log" };
const STEPS = (value) => ({ value, low: 1, high: 400, scale: "steps" });

export const SCHEDULES = {
  constant: {
    parameters: { learning_rate: PEAK },
    rate: (step, p) => p.learning_rate,
    keras: (p) => `${float(p.learning_rate)}`,
  },

  "warm-up, then constant": {
    parameters: { learning_rate: PEAK, warmup_steps: STEPS(20) },
    rate: (step, p) => interpolate(step, corners(p, Infinity, 0)),
    keras: (p) => piecewiseLinear([[0, 0], [p.warmup_steps, p.learning_rate]]),
  },

  "linear to zero": {
    parameters: { learning_rate: PEAK, decay_steps: STEPS(200) },
    rate: (step, p) => p.learning_rate * (1 - Math.min(step / p.decay_steps, 1)),
    keras: (p) =>
      "keras.optimizers.schedules.PolynomialDecay(" +
      `${float(p.learning_rate)}, decay_steps=${p.decay_steps}, end_learning_rate=0.0)`,
  },

  cosine: {
    parameters: { learning_rate: PEAK, decay_steps: STEPS(200) },
    rate: (step, p) => p.learning_rate * half(step, p.decay_steps),
    keras: (p) =>
      `keras.optimizers.schedules.CosineDecay(${float(p.learning_rate)}, decay_steps=${p.decay_steps})`,
  },

  "warm-up, then cosine": {
    parameters: { learning_rate: PEAK, warmup_steps: STEPS(20), decay_steps: STEPS(180) },
    rate: (step, p) =>
      step < p.warmup_steps
        ? (p.learning_rate * step) / p.warmup_steps
        : p.learning_rate * half(step - p.warmup_steps, p.decay_steps),
    keras: (p) =>
      `keras.optimizers.schedules.CosineDecay(0.0, decay_steps=${p.decay_steps}, ` +
      `warmup_target=${float(p.learning_rate)}, warmup_steps=${p.warmup_steps})`,
  },

  "warm-up, stable, decay": {
    parameters: {
      learning_rate: PEAK,
      warmup_steps: STEPS(20),
      stable_steps: STEPS(120),
      decay_steps: STEPS(60),
    },
    rate: (step, p) => interpolate(step, corners(p, p.stable_steps, p.decay_steps)),
    keras: (p) => piecewiseLinear(corners(p, p.stable_steps, p.decay_steps)),
  },

  exponential: {
    parameters: {
      learning_rate: PEAK,
      decay_steps: STEPS(50),
      decay_rate: { value: 0.5, low: 0.05, high: 0.99, scale: "linear" },
    },
    rate: (step, p) => p.learning_rate * power(p.decay_rate, step / p.decay_steps),
    keras: (p) =>
      `keras.optimizers.schedules.ExponentialDecay(${float(p.learning_rate)}, ` +
      `decay_steps=${p.decay_steps}, decay_rate=${float(p.decay_rate)})`,
  },

  "piecewise constant": {
    parameters: {
      learning_rate: PEAK,
      boundary_1: STEPS(100),
      boundary_2: STEPS(150),
      factor: { value: 0.1, low: 0.01, high: 0.9, scale: "log" },
    },
    rate(step, p) {
      // Keras adds up the ranges a step lies in, so that the rate of crossed boundaries is odd;
      // they are put in order here, and in the Keras code.
      const [first, second] = ordered(p);
      if (step <= first) return p.learning_rate;
      return p.learning_rate * (step <= second ? p.factor : p.factor * p.factor);
    },
    keras(p) {
      const values = [1, p.factor, p.factor * p.factor].map((part) => p.learning_rate * part);
      return (
        "keras.optimizers.schedules.PiecewiseConstantDecay(" +
        `[${ordered(p).join(", ")}], ${floats(values)})`
      );
    },
  },

  drawn: {
    parameters: {},
    rate: (step, p) => interpolate(step, p.points),
    keras: (p) => piecewiseLinear(p.points),
  },
};

const half = (step, steps) => (1 + cos(Math.PI * Math.min(step / steps, 1))) / 2;
const ordered = (p) => [p.boundary_1, p.boundary_2].sort((a, b) => a - b);

/** Where a warm-up, a plateau and a linear decay begin and end. */
function corners(p, stable, decay) {
  const end = p.warmup_steps + stable;
  const rise = [[0, 0], [p.warmup_steps, p.learning_rate]];
  return stable === Infinity ? rise : [...rise, [end, p.learning_rate], [end + decay, 0]];
}

/** The value at `step` on the line through points [step, rate]; beyond the ends, that of the end. */
export function interpolate(step, points) {
  const next = points.findIndex(([at]) => at >= step);
  if (next < 0) return points.at(-1)[1];
  if (next === 0) return points[0][1];
  const [[left, low], [right, high]] = points.slice(next - 1, next + 1);
  return low + ((high - low) * (step - left)) / (right - left);
}

function piecewiseLinear(points) {
  const steps = points.map(([step]) => step);
  return `PiecewiseLinear([${steps.join(", ")}], ${floats(points.map(([, rate]) => rate))})`;
}

/** The Python class that Keras lacks, for schedules that are straight lines between points. */
export const PIECEWISE_LINEAR = `\
class PiecewiseLinear(keras.optimizers.schedules.LearningRateSchedule):
    """Straight lines between points (step, rate); beyond the ends, the rate of the end."""

    def __init__(self, steps, rates):
        self.steps, self.rates = steps, rates

    def __call__(self, step):
        step = keras.ops.cast(step, keras.config.floatx())
        rate = keras.ops.convert_to_tensor(self.rates[0], dtype=step.dtype)
        lines = zip(self.steps, self.steps[1:], self.rates, self.rates[1:])
        for left, right, low, high in lines:
            part = keras.ops.clip((step - left) / (right - left), 0, 1)
            rate = rate + (high - low) * part
        return rate

    def get_config(self):
        return {"steps": self.steps, "rates": self.rates}
`;
