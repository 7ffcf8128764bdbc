import { float, floats } from "../engine/python.js";
import { kerasOptimizer } from "../engine/optimizers.js";

/** A cell that walks the same paths with Keras. */
export function kerasCode(landscape, { rules, start, steps, noise, batch_size, seed }) {
  const d = landscape.dimensions;
  const noisy = batch_size > 0;
  const optimizers = rules.map(({ rule, ...h }) => `    ${kerasOptimizer(rule, h)},`);
  const draws =
    `noise = dl.lab.gradient_noise(\n    ${float(noise)}, batch_size=${batch_size}, ` +
    `steps=${steps}, dimensions=${d}, seed=${seed}\n)\n`;
  return `\
import keras

import dlcourse as dl

landscape = ${landscape.python}
optimizers = [
${optimizers.join("\n")}
]
${noisy ? draws : ""}
for optimizer in optimizers:
    w = keras.Variable(${floats(start.slice(0, d))})
    for step in range(${steps}):
        gradient = landscape.gradient(w.numpy())${noisy ? " + noise[step]" : ""}
        optimizer.apply([keras.ops.cast(gradient, w.dtype)], [w])
    print(optimizer.name, w.numpy(), landscape.function(w.numpy()))
`;
}
