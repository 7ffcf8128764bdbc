import { format } from "../view/elements.js";
import { passes, stepsOf } from "./passes.js";

/** What the last step did, in a sentence. */
export function describe(operations, { leaves, step }) {
  const steps = stepsOf(operations);
  const result = operations.at(-1)[0];
  if (step === 0) return "Nothing is calculated yet: step forward.";
  const { kind, name, input, at } = steps[step - 1];
  const { values, gradients, slopes } = passes(operations, leaves, step);
  if (kind === "forward") {
    const [, sign, inputs] = operations.find(([each]) => each === name);
    return `Forward: ${name} = ${format(values[name])}, by ${sign} of ${inputs.join(", ")}.`;
  }
  if (kind === "result") return `The way back begins: the gradient of ${result} at itself is 1.`;
  const before = passes(operations, leaves, step - 1).gradients[input];
  const product = gradients[name] * slopes[name][at];
  const sum = before === undefined ? "" : ` Added to ${format(before)}: ${format(gradients[input])}.`;
  const end = step === steps.length ? ` All gradients of ${result} are there.` : "";
  return (
    `Back along ${name} → ${input}: gradient ${format(gradients[name])} × local derivative ` +
    `${format(slopes[name][at])} = ${format(product)}.${sum}${end}`
  );
}
