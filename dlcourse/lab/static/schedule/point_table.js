import { button, number } from "../view/controls.js";
import { element } from "../view/elements.js";

const MOST = 8;

/** The points of a drawn schedule: to type, to add, to remove, and to drag in the plot. */
export function pointTable(current, change) {
  const rows = element("div", { class: "dl-points" });
  const add = button("Add a point", () => {
    const points = current();
    const [[left, low], [right, high]] = points.slice(-2);
    const middle = [Math.round((left + right) / 2), (low + high) / 2];
    change(inOrder([...points, middle]));
  });
  const made = [];
  let held = -1;

  /** Put the point that is nearest to the pointer under it. */
  function move([step, rate], pressed, steps) {
    const points = current();
    const top = Math.max(...points.map(([, each]) => each), 1e-9);
    const distances = points.map(([at, each]) =>
      Math.hypot((at - step) / steps, (each - rate) / top),
    );
    if (pressed) held = distances.indexOf(Math.min(...distances));
    place(held, [step, rate]);
  }

  /** A point stays between its neighbors, at a whole step. */
  function place(index, [step, rate]) {
    const points = current();
    const low = index === 0 ? 0 : points[index - 1][0] + 1;
    const high = points[index + 1] ? points[index + 1][0] - 1 : Infinity;
    const at = Math.min(Math.max(Math.round(step), low), high);
    change(points.with(index, [at, Number(Math.max(0, rate).toPrecision(3))]));
  }

  function row(index) {
    const point = () => current()[index];
    const step = number(`step ${index + 1}`, (value) => place(index, [value, point()[1]]), {
      low: 0,
      whole: true,
    });
    const rate = number(`rate ${index + 1}`, (value) => place(index, [point()[0], value]), {
      low: 0,
    });
    const remove = button("Remove", () => change(current().toSpliced(index, 1)), {
      "aria-label": `Remove point ${index + 1}`,
    });
    const all = element("div", { class: "dl-row" }, step.element, rate.element, remove);
    return { element: all, step, rate, remove };
  }

  function show(points) {
    while (made.length > points.length) made.pop().element.remove();
    while (made.length < points.length) {
      made.push(row(made.length));
      rows.append(made.at(-1).element);
    }
    points.forEach(([step, rate], index) => {
      made[index].step.show(step);
      made[index].rate.show(rate);
      made[index].remove.disabled = points.length <= 2;
    });
    add.disabled = points.length >= MOST;
  }

  return { element: element("div", {}, rows, add), show, move };
}

/** By step, each at a step of its own. */
function inOrder(points) {
  const sorted = points.toSorted(([a], [b]) => a - b);
  let last = -1;
  return sorted.map(([step, rate]) => {
    last = Math.max(step, last + 1);
    return [last, rate];
  });
}
