// The losses that may be chosen; the tests hold each against Keras's, going through LOSSES.
// `evaluate(outputs, targets, rows, slopes)` returns the mean over the rows and fills `slopes` with
// its gradient. Outputs are row after row; a classification loss takes logits.

import { exp, log } from "./elementary.js";

/** A loss that is a mean over all numbers of a function of the error, output - target. */
function meanOfErrors(value, slope) {
  return (outputs, targets, rows, slopes) => {
    const count = outputs.length;
    let sum = 0;
    for (let i = 0; i < count; i += 1) {
      const error = outputs[i] - targets[i];
      sum += value(error);
      slopes[i] = slope(error) / count;
    }
    return sum / count;
  };
}

export const LOSSES = {
  mean_squared_error: {
    keras: "keras.losses.MeanSquaredError()",
    evaluate: meanOfErrors((e) => e * e, (e) => 2 * e),
  },
  mean_absolute_error: {
    keras: "keras.losses.MeanAbsoluteError()",
    evaluate: meanOfErrors(Math.abs, Math.sign),
  },
  huber: {
    keras: "keras.losses.Huber()",
    evaluate: meanOfErrors(
      (e) => (Math.abs(e) <= 1 ? (e * e) / 2 : Math.abs(e) - 0.5),
      (e) => Math.max(-1, Math.min(1, e)),
    ),
  },
  binary_crossentropy: {
    keras: "keras.losses.BinaryCrossentropy(from_logits=True)",
    evaluate(outputs, targets, rows, slopes) {
      let sum = 0;
      for (let i = 0; i < outputs.length; i += 1) {
        const z = outputs[i];
        sum += Math.max(z, 0) - z * targets[i] + log(1 + exp(-Math.abs(z)));
        slopes[i] = (1 / (1 + exp(-z)) - targets[i]) / outputs.length;
      }
      return sum / outputs.length;
    },
  },
  sparse_categorical_crossentropy: {
    keras: "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    evaluate(outputs, targets, rows, slopes) {
      const classes = outputs.length / rows;
      let sum = 0;
      for (let row = 0; row < rows; row += 1) {
        const own = slopes.subarray(row * classes, (row + 1) * classes);
        const total = softmax(outputs.subarray(row * classes, (row + 1) * classes), own);
        sum += total - outputs[row * classes + targets[row]];
        own[targets[row]] -= 1;
        for (let j = 0; j < classes; j += 1) own[j] /= rows;
      }
      return sum / rows;
    },
  },
};

/** Fill `probabilities` from one row of logits; return log(sum(exp(logits))). */
export function softmax(logits, probabilities) {
  let highest = -Infinity;
  for (let j = 0; j < logits.length; j += 1) highest = Math.max(highest, logits[j]);
  let sum = 0;
  for (let j = 0; j < logits.length; j += 1) {
    probabilities[j] = exp(logits[j] - highest);
    sum += probabilities[j];
  }
  for (let j = 0; j < logits.length; j += 1) probabilities[j] /= sum;
  return highest + log(sum);
}
