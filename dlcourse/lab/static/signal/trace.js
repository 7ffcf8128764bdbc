// A signal through a deep network at initialization: forward from random rows, backward from random
// slopes of spread 1 at the last layer.

import { BatchNormalization } from "../engine/batch_normalization.js";
import { Activation, Chain, Dense, Residual } from "../engine/layers.js";
import { Random } from "../engine/random.js";

const [WEIGHTS, ROWS, SLOPES] = [1, 2, 3]; // streams of random numbers

/** Blocks of dense, perhaps batch normalization, activation; `gain` scales 1 / sqrt(inputs). */
function createBlocks({ activation, depth, gain, width, normalize, residual, seed }) {
  const random = new Random(seed, WEIGHTS);
  return Array.from({ length: depth }, () => {
    const kernel = random.normals(width * width, gain / Math.sqrt(width));
    const layers = [new Dense(width, width, kernel)];
    if (normalize) layers.push(new BatchNormalization(width));
    layers.push(new Activation(activation));
    return residual ? new Residual(layers) : new Chain(layers);
  });
}

/** Signals after each block, and the gradients there: arrays of Float64Arrays. */
export function traceSignals(plan) {
  const { width, rows, seed } = plan;
  const blocks = createBlocks(plan);
  const activations = [];
  let signal = new Random(seed, ROWS).normals(rows * width);
  for (const block of blocks) {
    signal = block.forward(signal, rows, true);
    activations.push(signal);
  }
  const gradients = [new Random(seed, SLOPES).normals(rows * width)];
  for (const block of blocks.slice(1).reverse()) {
    gradients.unshift(block.backward(gradients[0], rows));
  }
  return { activations, gradients };
}

/** Mean and spread (standard deviation) of numbers. */
export function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, spread: Math.sqrt(square) };
}

/** How many of the values lie in each of `bins` equal parts of [low, high], as shares. */
export function histogram(values, low, high, bins) {
  const shares = new Float64Array(bins);
  for (const value of values) {
    const at = Math.floor(((value - low) / (high - low)) * bins);
    if (at >= 0 && at < bins) shares[at] += 1 / values.length;
  }
  return shares;
}

/** The spread after each layer, for each gain: what the map shows. */
export function spreadsByGain(plan, gains, depth) {
  return gains.map((gain) => {
    const small = { ...plan, gain, depth, width: 24, rows: 24 };
    const blocks = createBlocks(small);
    let signal = new Random(plan.seed, ROWS).normals(small.rows * small.width);
    return blocks.map((block) => {
      signal = block.forward(signal, small.rows, true);
      return moments(signal).spread;
    });
  });
}
