const EPSILON = 1e-3;

/** Keras's BatchNormalization: batch statistics while training, moving averages after it. */
export class BatchNormalization {
  constructor(units, momentum = 0.99) {
    const [gamma, mean, variance] = [1, 0, 1].map((value) => new Float64Array(units).fill(value));
    Object.assign(this, { units, momentum, mean, variance });
    this.weights = [gamma, new Float64Array(units)];
    this.gradients = [new Float64Array(units), new Float64Array(units)];
  }

  forward(x, rows, training) {
    const { units, weights: [gamma, beta] } = this;
    const { mean, variance } = training ? this.#measure(x, rows) : this;
    this.spread = variance.map((value) => Math.sqrt(value + EPSILON));
    this.normal = x.map((value, i) => (value - mean[i % units]) / this.spread[i % units]);
    return this.normal.map((value, i) => gamma[i % units] * value + beta[i % units]);
  }

  /** Mean and variance of the batch; they move the averages. */
  #measure(x, rows) {
    const { units, momentum } = this;
    const [mean, variance] = [new Float64Array(units), new Float64Array(units)];
    x.forEach((value, i) => (mean[i % units] += value / rows));
    x.forEach((value, i) => (variance[i % units] += (value - mean[i % units]) ** 2 / rows));
    for (let j = 0; j < units; j += 1) {
      this.mean[j] = momentum * this.mean[j] + (1 - momentum) * mean[j];
      this.variance[j] = momentum * this.variance[j] + (1 - momentum) * variance[j];
    }
    return { mean, variance };
  }

  /** The way back of a training step: mean and variance depend on every row. */
  backward(slopes, rows) {
    const { units, normal, spread, weights: [gamma], gradients: [byGamma, byBeta] } = this;
    byGamma.fill(0);
    byBeta.fill(0);
    slopes.forEach((slope, i) => {
      byGamma[i % units] += slope * normal[i];
      byBeta[i % units] += slope;
    });
    return slopes.map((slope, i) => {
      const j = i % units;
      const shared = byBeta[j] + normal[i] * byGamma[j];
      return (gamma[j] / spread[j]) * (slope - shared / rows);
    });
  }
}
