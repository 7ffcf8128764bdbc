// The update rules that may be chosen: each is proven equal to Keras's, step by step, by the tests,
// which go through OPTIMIZERS. A rule changes the weights `w` in place, given the gradient `g`, its
// `slots` (arrays that start at `slots[name]` and live between steps), its hyperparameters `h` by
// Keras's names, and the step `t`, counted from 1.

import { float } from "./python.js";

const EPSILON = 1e-7;

// How a hyperparameter is chosen: its default, its limits, and how a slider runs between them:
// "log" by factors, "toward 1" by factors of the distance to 1.
const RATE = { value: 0.1, low: 1e-4, high: 10, scale: "log" };
const MOMENTUM = { value: 0.9, low: 0, high: 0.99, scale: "linear" };
const BETA_1 = { value: 0.9, low: 0, high: 0.99, scale: "linear" };
const MEMORY = (value) => ({ value, low: 0, high: 0.9999, scale: "toward 1" });
const DECAY = { value: 0.004, low: 0, high: 0.5, scale: "linear" };

export const OPTIMIZERS = {
  SGD: {
    keras: "SGD",
    hyperparameters: { learning_rate: RATE },
    slots: {},
    update(w, g, slots, h) {
      for (let i = 0; i < w.length; i += 1) w[i] -= h.learning_rate * g[i];
    },
  },

  Momentum: {
    keras: "SGD",
    hyperparameters: { learning_rate: RATE, momentum: MOMENTUM },
    slots: { velocity: 0 },
    update(w, g, { velocity }, h) {
      for (let i = 0; i < w.length; i += 1) {
        velocity[i] = h.momentum * velocity[i] - h.learning_rate * g[i];
        w[i] += velocity[i];
      }
    },
  },

  Nesterov: {
    keras: "SGD",
    fixed: "nesterov=True",
    hyperparameters: { learning_rate: RATE, momentum: { ...MOMENTUM, low: 0.01 } },
    slots: { velocity: 0 },
    update(w, g, { velocity }, h) {
      for (let i = 0; i < w.length; i += 1) {
        velocity[i] = h.momentum * velocity[i] - h.learning_rate * g[i];
        w[i] += h.momentum * velocity[i] - h.learning_rate * g[i];
      }
    },
  },

  AdaGrad: {
    keras: "Adagrad",
    hyperparameters: { learning_rate: RATE },
    slots: { sum: 0.1 }, // Keras's initial_accumulator_value
    update(w, g, { sum }, h) {
      for (let i = 0; i < w.length; i += 1) {
        sum[i] += g[i] * g[i];
        w[i] -= (h.learning_rate * g[i]) / Math.sqrt(sum[i] + EPSILON);
      }
    },
  },

  RMSprop: {
    keras: "RMSprop",
    hyperparameters: { learning_rate: RATE, rho: MEMORY(0.9) },
    slots: { square: 0 },
    update(w, g, { square }, h) {
      for (let i = 0; i < w.length; i += 1) {
        square[i] = h.rho * square[i] + (1 - h.rho) * g[i] * g[i];
        w[i] -= (h.learning_rate * g[i]) / Math.sqrt(square[i] + EPSILON);
      }
    },
  },

  AdaDelta: {
    keras: "Adadelta",
    hyperparameters: { learning_rate: { ...RATE, value: 1 }, rho: MEMORY(0.95) },
    slots: { square: 0, moved: 0 },
    update(w, g, { square, moved }, h) {
      for (let i = 0; i < w.length; i += 1) {
        square[i] = h.rho * square[i] + (1 - h.rho) * g[i] * g[i];
        const delta = -g[i] * Math.sqrt((moved[i] + EPSILON) / (square[i] + EPSILON));
        moved[i] = h.rho * moved[i] + (1 - h.rho) * delta * delta;
        w[i] += h.learning_rate * delta;
      }
    },
  },

  Adam: {
    keras: "Adam",
    hyperparameters: { learning_rate: RATE, beta_1: BETA_1, beta_2: MEMORY(0.999) },
    slots: { mean: 0, square: 0 },
    update: adam,
  },

  AdamW: {
    keras: "AdamW",
    hyperparameters: {
      learning_rate: RATE,
      beta_1: BETA_1,
      beta_2: MEMORY(0.999),
      weight_decay: DECAY,
    },
    slots: { mean: 0, square: 0 },
    update(w, g, slots, h, t) {
      for (let i = 0; i < w.length; i += 1) w[i] -= w[i] * h.weight_decay * h.learning_rate;
      adam(w, g, slots, h, t);
    },
  },

  Lion: {
    keras: "Lion",
    hyperparameters: { learning_rate: RATE, beta_1: { ...BETA_1, low: 0.01 }, beta_2: MEMORY(0.99) },
    slots: { mean: 0 },
    update(w, g, { mean }, h) {
      for (let i = 0; i < w.length; i += 1) {
        w[i] -= h.learning_rate * Math.sign(h.beta_1 * mean[i] + (1 - h.beta_1) * g[i]);
        mean[i] = h.beta_2 * mean[i] + (1 - h.beta_2) * g[i];
      }
    },
  },
};

function adam(w, g, { mean, square }, h, t) {
  const corrected = Math.sqrt(1 - whole(h.beta_2, t)) / (1 - whole(h.beta_1, t));
  for (let i = 0; i < w.length; i += 1) {
    mean[i] += (g[i] - mean[i]) * (1 - h.beta_1);
    square[i] += (g[i] * g[i] - square[i]) * (1 - h.beta_2);
    w[i] -= (h.learning_rate * corrected * mean[i]) / (Math.sqrt(square[i]) + EPSILON);
  }
}

/** base ** exponent for a whole exponent, by squaring: the same on every machine. */
function whole(base, exponent) {
  if (exponent === 0) return 1;
  const half = whole(base, Math.floor(exponent / 2));
  return exponent % 2 ? half * half * base : half * half;
}

/** The hyperparameters of a rule, each at its default. */
export function defaults(name) {
  const { hyperparameters } = OPTIMIZERS[name];
  return Object.fromEntries(Object.entries(hyperparameters).map(([key, { value }]) => [key, value]));
}

/** A function `step(w, g, learningRate)` that applies a rule to one array of weights, in place. */
export function createOptimizer(name, hyperparameters, size) {
  const rule = OPTIMIZERS[name];
  const slots = {};
  for (const [slot, start] of Object.entries(rule.slots)) {
    slots[slot] = new Float64Array(size).fill(start);
  }
  const h = { ...hyperparameters };
  let t = 0;
  return (w, g, learningRate = hyperparameters.learning_rate) => {
    t += 1;
    h.learning_rate = learningRate;
    rule.update(w, g, slots, h, t);
  };
}

/** The Keras object that does the same, as Python. */
export function kerasOptimizer(name, hyperparameters) {
  const { keras, fixed, hyperparameters: known } = OPTIMIZERS[name];
  const settings = Object.keys(known).map((key) => `${key}=${float(hyperparameters[key])}`);
  return `keras.optimizers.${keras}(${[...settings, ...(fixed ? [fixed] : [])].join(", ")})`;
}
