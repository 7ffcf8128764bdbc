import { BatchNormalization } from "./batch_normalization.js";
import { Activation, Dense, Dropout } from "./layers.js";
import { LOSSES } from "./losses.js";
import { createOptimizer } from "./optimizers.js";
import { PENALTIES } from "./penalties.js";
import { Random } from "./random.js";

// Independent sequences of random numbers from one seed.
const WEIGHTS = 1;
const DROPPED = 2;
const BATCHES = 3;

/**
 * Build the layers of a multilayer perceptron.
 *
 * @param {object} plan inputs, hidden (units of each hidden layer), outputs, activation, scale (of
 *   the kernels' spread, relative to He's sqrt(2 / inputs)), normalize (batch normalization before
 *   each activation), dropout (the rate after each activation), seed
 */
export function buildLayers(plan) {
  const { inputs, hidden, outputs, activation, scale = 1, normalize, dropout = 0, seed = 0 } = plan;
  const [weights, dropped] = [WEIGHTS, DROPPED].map((stream) => new Random(seed, stream));
  const dense = (from, to) =>
    new Dense(from, to, weights.normals(from * to, scale * Math.sqrt(2 / from)));
  const layers = [];
  const last = hidden.reduce((from, units) => {
    layers.push(dense(from, units));
    if (normalize) layers.push(new BatchNormalization(units));
    layers.push(new Activation(activation));
    if (dropout) layers.push(new Dropout(dropout, dropped));
    return units;
  }, inputs);
  return [...layers, dense(last, outputs)];
}

/** A network with a loss, penalties on its kernels, and an optimizer. */
export class Network {
  /** `penalties` is a mapping such as { L2: 0.01 }. */
  constructor(layers, loss, { optimizer, hyperparameters, penalties = {} }) {
    Object.assign(this, { layers, loss: LOSSES[loss].evaluate, penalties });
    this.weights = layers.flatMap((layer) => layer.weights);
    this.gradients = layers.flatMap((layer) => layer.gradients);
    this.steps = this.weights.map((w) => createOptimizer(optimizer, hyperparameters, w.length));
  }

  /** The outputs for `rows` rows. */
  forward(x, rows, training = false) {
    return this.layers.reduce((signal, layer) => layer.forward(signal, rows, training), x);
  }

  /** Fill the gradients from one batch; return its loss, the penalty apart. */
  backward(x, targets, rows) {
    const outputs = this.forward(x, rows, true);
    const slopes = new Float64Array(outputs.length);
    const loss = this.loss(outputs, targets, rows, slopes);
    this.layers.reduceRight((back, layer, at) => layer.backward(back, rows, at > 0), slopes);
    return { loss, penalty: this.#penalize() };
  }

  /** One step of training on one batch; returns its loss before the step. */
  trainStep(x, targets, rows, learningRate) {
    const { loss } = this.backward(x, targets, rows);
    this.steps.forEach((step, k) => step(this.weights[k], this.gradients[k], learningRate));
    return loss;
  }

  #penalize() {
    let sum = 0;
    for (const layer of this.layers.filter((each) => each instanceof Dense)) {
      for (const [name, strength] of Object.entries(this.penalties)) {
        sum += PENALTIES[name].evaluate(layer.weights[0], strength, layer.gradients[0]);
      }
    }
    return sum;
  }
}

/** The batches of one epoch after another, each in a new random order. */
export class Batches {
  /** `x` and `targets` hold `rows` rows, `width` and `size` numbers each. */
  constructor(x, targets, { rows, batchSize, seed }) {
    Object.assign(this, { x, targets, rows, batchSize, random: new Random(seed, BATCHES) });
    this.width = x.length / rows;
    this.size = targets.length / rows;
  }

  /** The batches of the next epoch: { x, targets, rows }. */
  *epoch() {
    const order = this.random.shuffled(this.rows);
    for (let first = 0; first < this.rows; first += this.batchSize) {
      const chosen = order.subarray(first, first + this.batchSize);
      yield {
        x: pick(this.x, chosen, this.width),
        targets: pick(this.targets, chosen, this.size),
        rows: chosen.length,
      };
    }
  }
}

function pick(array, rows, width) {
  const picked = new Float64Array(rows.length * width);
  rows.forEach((row, i) => picked.set(array.subarray(row * width, (row + 1) * width), i * width));
  return picked;
}
