import { OPERATIONS } from "./operations.js";

/** All steps of both passes: one a box forward, then the start of the way back, then one an edge. */
export function stepsOf(operations) {
  const forward = operations.map(([name]) => ({ kind: "forward", name }));
  const result = operations.at(-1)[0];
  const reached = new Set([result]);
  const edges = operations.toReversed().flatMap(([name, , inputs]) => {
    if (!reached.has(name)) return [];
    inputs.forEach((input) => reached.add(input));
    return inputs.map((input, at) => ({ kind: "edge", name, input, at }));
  });
  return [...forward, { kind: "result", name: result }, ...edges];
}

/** What is known after `count` steps: values, gradients, and each box's local derivatives. */
export function passes(operations, leaves, count) {
  const known = { values: { ...leaves }, gradients: {}, slopes: {} };
  const { values, gradients, slopes } = known;
  const byName = Object.fromEntries(operations.map(([name, ...rest]) => [name, rest]));
  for (const { kind, name, input, at } of stepsOf(operations).slice(0, count)) {
    if (kind === "forward") {
      const [sign, inputs] = byName[name];
      const x = inputs.map((each) => values[each]);
      values[name] = OPERATIONS[sign].value(x);
      slopes[name] = OPERATIONS[sign].slopes(x, values[name]);
    } else if (kind === "result") gradients[name] = 1;
    else gradients[input] = (gradients[input] ?? 0) + gradients[name] * slopes[name][at];
  }
  return known;
}
