// Layers of a network. Signals are Float64Arrays, row after row. `forward` keeps what `backward`
// needs; `backward` takes the gradient with respect to the layer's output, fills `gradients` (one
// array for each of `weights`) and returns the gradient with respect to its input.

import { ACTIVATIONS } from "./activations.js";

export class Dense {
  constructor(inputs, units, kernel, bias = new Float64Array(units)) {
    Object.assign(this, { inputs, units, weights: [kernel, bias] });
    this.gradients = [new Float64Array(inputs * units), new Float64Array(units)];
  }

  forward(x, rows) {
    const { inputs, units, weights: [kernel, bias] } = this;
    this.x = x;
    const out = new Float64Array(rows * units);
    for (let row = 0; row < rows; row += 1) {
      const end = (row + 1) * units;
      out.set(bias, row * units);
      for (let i = 0; i < inputs; i += 1) {
        const value = x[row * inputs + i];
        if (value === 0) continue;
        for (let to = row * units, from = i * units; to < end; ) out[to++] += value * kernel[from++];
      }
    }
    return out;
  }

  /** `wanted`: whether a layer below needs the gradient with respect to the input. */
  backward(slopes, rows, wanted = true) {
    const { x, inputs, units, gradients: [byKernel, byBias] } = this;
    byKernel.fill(0);
    byBias.fill(0);
    for (let row = 0; row < rows; row += 1) {
      const [first, end] = [row * units, (row + 1) * units];
      for (let j = 0; j < units; j += 1) byBias[j] += slopes[first + j];
      for (let i = 0; i < inputs; i += 1) {
        const value = x[row * inputs + i];
        if (value === 0) continue;
        for (let to = i * units, from = first; from < end; ) byKernel[to++] += value * slopes[from++];
      }
    }
    return wanted ? this.#back(slopes, rows) : null;
  }

  #back(slopes, rows) {
    const { inputs, units, weights: [kernel] } = this;
    const back = new Float64Array(rows * inputs);
    for (let row = 0; row < rows; row += 1) {
      const [first, end] = [row * units, (row + 1) * units];
      for (let i = 0; i < inputs; i += 1) {
        let sum = 0;
        for (let at = i * units, from = first; from < end; ) sum += kernel[at++] * slopes[from++];
        back[row * inputs + i] = sum;
      }
    }
    return back;
  }
}

/** A layer without weights starts from this. */
class Weightless {
  weights = [];
  gradients = [];
}

export class Activation extends Weightless {
  constructor(name) {
    super();
    this.activation = ACTIVATIONS[name];
  }

  forward(x) {
    this.x = x;
    this.out = x.map(this.activation.value);
    return this.out;
  }

  backward(slopes) {
    return slopes.map((slope, i) => slope * this.activation.slope(this.x[i], this.out[i]));
  }
}

/** Drop the fraction `rate` while training and scale the rest by 1 / (1 - rate), as Keras does. */
export class Dropout extends Weightless {
  constructor(rate, random) {
    super();
    Object.assign(this, { rate, random });
  }

  forward(x, rows, training) {
    if (!training || this.rate === 0) {
      this.factors = null;
      return x;
    }
    const kept = 1 / (1 - this.rate);
    this.factors = x.map(() => (this.random.uniform() < this.rate ? 0 : kept));
    return this.backward(x);
  }

  backward(slopes) {
    return this.factors ? slopes.map((slope, i) => slope * this.factors[i]) : slopes;
  }
}

/** Layers one after the other, as one layer. */
export class Chain {
  constructor(layers) {
    this.layers = layers;
    this.weights = layers.flatMap((layer) => layer.weights);
    this.gradients = layers.flatMap((layer) => layer.gradients);
  }

  forward(x, rows, training) {
    return this.layers.reduce((signal, layer) => layer.forward(signal, rows, training), x);
  }

  backward(slopes, rows) {
    return this.layers.reduceRight((back, layer) => layer.backward(back, rows), slopes);
  }
}

/** A chain to whose output its input is added. */
export class Residual extends Chain {
  forward(x, rows, training) {
    return super.forward(x, rows, training).map((value, i) => value + x[i]);
  }

  backward(slopes, rows) {
    return super.backward(slopes, rows).map((value, i) => value + slopes[i]);
  }
}
