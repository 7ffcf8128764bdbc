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
  const whole = limits.scale === "steps";
  // An arrow key moves whole numbers by at least 1.
  const few = whole && limits.high - limits.low < POSITIONS;
  const positions = few ? limits.high - limits.low : POSITIONS;
  const range = element("input", { id, type: "range", min: 0, max: positions, step: 1 });
  const typed = typedNumber({ ...limits, whole }, change, { "aria-label": `${label}, typed` });

  function show(value) {
    typed.show(value);
    range.value = Math.round(positions * share(value, limits));
    range.setAttribute("aria-valuetext", format(value));
  }

  range.addEventListener("input", () => change(valueAt(range.value / positions, limits)));
  const text = element("label", { for: id }, label);
  return { element: element("div", { class: "dl-slider" }, text, range, typed.element), show };
}

/** A number to type; what is no number leaves things as they are, what is too large is cut. */
function typedNumber({ low = -Infinity, high = Infinity, whole = false }, change, attributes) {
  const input = element("input", { type: "number", step: whole ? 1 : "any", ...attributes });
  if (Number.isFinite(low)) input.min = low;
  if (Number.isFinite(high)) input.max = high;
  let shown = null;
  let typing = false;
  input.addEventListener("input", () => {
    typing = true;
  });
  input.addEventListener("change", take);
  input.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") take(); // in JupyterLab, Enter makes no change event
  });

  function take() {
    if (!typing) return;
    typing = false;
    const value = input.value === "" ? NaN : Number(input.value);
    const cut = Math.min(high, Math.max(low, whole ? Math.round(value) : value));
    input.value = Number.isFinite(cut) ? cut : shown;
    if (Number.isFinite(cut)) change(cut);
  }

  function show(value) {
    shown = value;
    if (!typing) input.value = value;
  }

  return { element: input, show };
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

/** A labeled number to type. `limits`: { low, high, whole }, each if there is one. */
export function number(label, change, limits = {}) {
  const id = uniqueId("number");
  const typed = typedNumber(limits, change, { id });
  const text = element("label", { for: id }, label);
  const field = element("div", { class: "dl-field dl-number" }, text, typed.element);
  return { element: field, show: typed.show };
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
