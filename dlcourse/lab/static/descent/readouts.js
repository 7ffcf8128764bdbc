import { element, format } from "../view/elements.js";
import { reachedAt } from "./words.js";

/** Where each rule stands. */
export function readoutTable(rules, paths, shown, goal) {
  const heads = ["rule", "step", "f(w)", "gradient", "step size"];
  if (goal !== null) heads.push("goal at step");
  const rows = paths.map((path, index) => {
    const step = Math.min(shown, path.values.length - 1);
    const gone = path.diverged && step === path.values.length - 1;
    const numbers = gone
      ? ["diverged", "–", "–"]
      : [path.values[step], path.slopes[step], step > 0 ? path.sizes[step - 1] : NaN].map(format);
    const reached = reachedAt(path, goal);
    const met = reached >= 0 && reached <= step ? String(reached) : "–";
    return [rules[index].rule, String(step), ...numbers, ...(goal === null ? [] : [met])];
  });
  const cells = (tag, row) => row.map((text) => element(tag, {}, text));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...cells("th", heads))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
  );
}
