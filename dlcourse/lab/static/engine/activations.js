// The activations that may be chosen; the tests hold each against Keras's, going through ACTIVATIONS.
// `slope` is the derivative at z, given also the value there.

import { erf, exp, log, tanh } from "./elementary.js";

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const sigmoid = (z) => 1 / (1 + exp(-z));
const bell = (z) => exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

export const ACTIVATIONS = {
  linear: { value: (z) => z, slope: () => 1 },
  sigmoid: { value: sigmoid, slope: (z, a) => a * (1 - a) },
  tanh: { value: tanh, slope: (z, a) => 1 - a * a },
  relu: { value: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { value: (z) => (z > 0 ? z : 0.2 * z), slope: (z) => (z > 0 ? 1 : 0.2) },
  elu: {
    value: (z) => (z > 0 ? z : exp(z) - 1),
    slope: (z, a) => (z > 0 ? 1 : a + 1),
  },
  selu: {
    value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * (exp(z) - 1)),
    slope: (z, a) => (z >= 0 ? SELU_SCALE : a + SELU_SCALE * SELU_ALPHA),
  },
  softplus: {
    value: (z) => (z > 0 ? z + log(1 + exp(-z)) : log(1 + exp(z))),
    slope: sigmoid,
  },
  silu: {
    value: (z) => z * sigmoid(z),
    slope: (z, a) => a + sigmoid(z) * (1 - a),
  },
  gelu: {
    value: (z) => (z / 2) * (1 + erf(z / Math.SQRT2)),
    slope: (z) => (1 + erf(z / Math.SQRT2)) / 2 + z * bell(z),
  },
};
