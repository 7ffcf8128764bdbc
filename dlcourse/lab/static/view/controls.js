// Labeled native inputs. Each control has an `element` and `show(value)`; `change(value)` is called
// when the user changes it.

import { element, format, uniqueId } from "./elements.js";

const POSITIONS = 400;

// From a share between 0 and 1 of a slider's way to a value, and back.
const SCALES = {
  linear: {
    value: (share, { low, high }) => Math.round((low + share * (high - low)) * 1e3) / 1e3,
    share: (value, { low, high }) => (value - low) / (high - low),
  },
  log: {
    value: (share, { low, high }) => Number((low * (high / low) ** share).toPrecision(2)),
    share: (value, { low, high }) => Math.log(value / low) / Math.log(high / low),
  },
  "toward 1": {
    value: (share, { low, high }) => {
      const distance = (1 - low) * ((1 - high) / (1 - low)) ** share;
      return Number((1 - Number(distance.toPrecision(2))).toFixed(6));
    },
    share: (value, { low, high }) =>
      Math.log((1 - value) / (1 - low)) / Math.log((1 - high) / (1 - low)),
  },
  steps: {
    value: (share, { low, high }) => Math.round(low + share * (high - low)),
    share: (value, { low, high }) => (value - low) / (high - low),
  },
};

/** A slider and, beside it, the same value to type. `limits`: { low, high, scale }. */
export function slider(label, limits, change) {
  const { value: valueAt, share } = SCALES[limits.scale];
  const id = uniqueId("slider");
  // An arrow key moves whole numbers by at least 1.
  const whole = limits.scale === "steps" && limits.high - limits.low < POSITIONS;
  const positions = whole ? limits.high - limits.low : POSITIONS;
  const range = element("input", { id, type: "range", min: 0, max: positions, step: 1 });
  const typed = element("input", { type: "number", step: "any", "aria-label": `${label}, typed` });
  typed.min = limits.low;
  typed.max = limits.high;
  let shown = null; // the range's own position is coarser than what may be typed

  function show(value) {
    if (value === shown) return;
    shown = value;
    range.value = Math.round(positions * share(value, limits));
    range.setAttribute("aria-valuetext", format(value));
    if (document.activeElement !== typed) typed.value = value;
  }

  range.addEventListener("input", () => change(valueAt(range.value / positions, limits)));
  typed.addEventListener("change", () => {
    const value = typed.value === "" ? NaN : Number(typed.value);
    const meant = limits.scale === "steps" ? Math.round(value) : value;
    if (Number.isFinite(meant)) change(Math.min(limits.high, Math.max(limits.low, meant)));
    typed.value = shown;
  });
  const text = element("label", { for: id }, label);
  return { element: element("div", { class: "dl-slider" }, text, range, typed), show };
}

/** A labeled list of choices: pairs of value and text. */
export function choice(label, options, change) {
  const id = uniqueId("choice");
  const list = element(
    "select",
    { id, onchange: () => change(options[list.selectedIndex][0]) },
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
  const show = (value) => {
    list.selectedIndex = options.findIndex(([each]) => each === value);
  };
  const text = element("label", { for: id }, label);
  return { element: element("div", { class: "dl-field" }, text, list), show };
}

/** A labeled number to type. */
export function number(label, change, attributes = {}) {
  const id = uniqueId("number");
  const typed = element("input", { id, type: "number", step: "any", ...attributes });
  let shown = null;
  typed.addEventListener("change", () => {
    const value = typed.value === "" ? NaN : Number(typed.value);
    const low = Number(attributes.min ?? -Infinity);
    const high = Number(attributes.max ?? Infinity);
    if (Number.isFinite(value)) change(Math.min(high, Math.max(low, value)));
    typed.value = shown;
  });
  const show = (value) => {
    shown = value;
    if (document.activeElement !== typed) typed.value = value;
  };
  const text = element("label", { for: id }, label);
  return { element: element("div", { class: "dl-field dl-number" }, text, typed), show };
}

/** A labeled box to tick. */
export function tick(label, change) {
  const box = element("input", { type: "checkbox", onchange: () => change(box.checked) });
  const show = (value) => {
    box.checked = value;
  };
  return { element: element("label", { class: "dl-tick" }, box, label), show };
}

export function button(text, press, attributes = {}) {
  return element("button", { type: "button", onclick: press, ...attributes }, text);
}
