// The operations of a computational graph, by the sign in its box; the tests hold each against
// Python's and TensorFlow's. `slopes(x, y)` are the local derivatives, one for each input.

import { exp, log, tanh } from "../engine/elementary.js";

export const OPERATIONS = {
  "+": { value: (x) => x.reduce((sum, each) => sum + each, 0), slopes: (x) => x.map(() => 1) },
  "−": { value: ([a, b]) => a - b, slopes: () => [1, -1] },
  "×": { value: ([a, b]) => a * b, slopes: ([a, b]) => [b, a] },
  max: {
    value: ([a, b]) => Math.max(a, b),
    slopes: ([a, b]) => (a >= b ? [1, 0] : [0, 1]),
  },
  "× (−1)": { value: ([a]) => -a, slopes: () => [-1] },
  "+ 1": { value: ([a]) => a + 1, slopes: () => [1] },
  "1/·": { value: ([a]) => 1 / a, slopes: (_, y) => [-y * y] },
  exp: { value: ([a]) => exp(a), slopes: (_, y) => [y] },
  log: { value: ([a]) => log(a), slopes: ([a]) => [1 / a] },
  "·²": { value: ([a]) => a * a, slopes: ([a]) => [2 * a] },
  σ: { value: ([a]) => 1 / (1 + exp(-a)), slopes: (_, y) => [y * (1 - y)] },
  tanh: { value: ([a]) => tanh(a), slopes: (_, y) => [1 - y * y] },
  relu: { value: ([a]) => Math.max(a, 0), slopes: ([a]) => [a > 0 ? 1 : 0] },
};
