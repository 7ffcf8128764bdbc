// One color and marker for each method, through the whole course: a place in the palette, a marker.
// The package's `method_style` has the same; a test holds them together.

export const LOOKS = {
  SGD: [4, "s"],
  Momentum: [0, "v"],
  Nesterov: [2, "o"],
  AdaGrad: [3, "^"],
  RMSprop: [2, "v"],
  AdaDelta: [1, "D"],
  Adam: [1, "o"],
  AdamW: [3, "s"],
  Lion: [4, "D"],
};

const MARKERS = ["o", "s", "^", "D", "v"];

/** The look of a label at a place among others; a repeated label takes one by its place. */
export function lookOf(label, place, repeated = false) {
  const known = LOOKS[label];
  return known && !repeated ? known : [place % 5, MARKERS[place % 5]];
}

const NAMES = ["ink", "soft", "line", "surface", ...[0, 1, 2, 3, 4].map((k) => `color-${k}`)];

/** The style sheet's colors that are in force around an element, light or dark. */
export function colorsOf(within) {
  const probe = document.createElement("span");
  within.append(probe);
  const read = (name) => {
    probe.style.color = `var(--dl-${name})`;
    return getComputedStyle(probe).color;
  };
  const [ink, soft, line, surface, ...palette] = NAMES.map(read);
  probe.remove();
  return { ink, soft, line, surface, palette };
}

/** Call `work` whenever light or dark is switched; returns a function that ends it. */
export function onThemeChange(work) {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", work);
  const observer = new MutationObserver(work);
  const watched = { attributes: true, attributeFilter: ["data-jp-theme-light", "data-theme"] };
  observer.observe(document.body, watched);
  observer.observe(document.documentElement, watched);
  return () => {
    query.removeEventListener("change", work);
    observer.disconnect();
  };
}

/** Red, green and blue of a color as the browser writes it: rgb(0, 114, 178). */
export function channels(color) {
  return color.match(/[\d.]+/g).slice(0, 3).map(Number);
}

/** Draw a marker's path around a point; the caller fills it. */
export function traceMarker(context, shape, x, y, size) {
  context.beginPath();
  if (shape === "o") {
    context.arc(x, y, size, 0, 2 * Math.PI);
    return;
  }
  const up = shape === "^" ? -1 : 1;
  const corners = {
    s: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    D: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    "^": [[0, 1.1 * up], [1, -0.8 * up], [-1, -0.8 * up]],
    v: [[0, 1.1 * up], [1, -0.8 * up], [-1, -0.8 * up]],
  }[shape];
  corners.forEach(([dx, dy]) => context.lineTo(x + size * dx, y + size * dy));
  context.closePath();
}
