import { channels } from "../view/looks.js";
import { histogram } from "./trace.js";

const BINS = 61;

/** Histograms of the activations, one column a layer, and their mean and spread as lines. */
export function drawHistograms(plot, layers, summary) {
  const finite = summary.filter(({ spread }) => Number.isFinite(spread));
  const top = Math.max(...finite.map(({ mean, spread }) => Math.abs(mean) + 3 * spread), 1e-3);
  const limit = Math.min(top, 20);
  plot.begin([0.5, layers.length + 0.5], [-limit, limit]);
  const image = new ImageData(layers.length, BINS);
  const [surface, ink] = [plot.colors.surface, plot.colors.palette[0]].map(channels);
  layers.forEach((values, layer) => {
    const shares = histogram(values, -limit, limit, BINS);
    const highest = Math.max(...shares, 1e-9);
    shares.forEach((share, bin) => {
      const strength = Math.sqrt(share / highest) * 0.85;
      const color = ink.map((each, k) => surface[k] + strength * (each - surface[k]));
      image.data.set([...color, 255], 4 * ((BINS - 1 - bin) * layers.length + layer));
    });
  });
  plot.image(image, false);
  const xs = layers.map((_, layer) => layer + 1);
  const line = (values, dash) =>
    plot.line(xs, values, plot.colors.palette[1], { dash, casing: true });
  line(summary.map(({ mean }) => mean), []);
  for (const side of [-1, 1]) line(summary.map(({ mean, spread }) => mean + side * spread), [5, 4]);
}

/** The spread of activations and of gradients, layer by layer. */
export function drawSpreads(plot, activations, gradients) {
  const all = [...activations, ...gradients].filter((each) => each > 1e-30 && each < 1e30);
  const [low, high] = [Math.min(...all, 0.3), Math.max(...all, 3)];
  plot.begin([0.5, activations.length + 0.5], [low / 1.5, high * 1.5]);
  const xs = activations.map((_, layer) => layer + 1);
  const { palette } = plot.colors;
  for (const [values, color, marker, dash] of [
    [activations, palette[0], "o", []],
    [gradients, palette[1], "s", [6, 4]],
  ]) {
    plot.line(xs, values, color, { dash });
    values.forEach((value, k) => plot.marker(xs[k], value, marker, color, 4));
  }
}

/** The last layer's spread as colors, over gain and depth. */
export function drawMap(plot, gains, spreads, { gain, depth }) {
  const deepest = spreads[0].length;
  plot.begin([gains[0], gains.at(-1)], [0.5, deepest + 0.5]);
  const image = new ImageData(gains.length, deepest);
  const { colors } = plot;
  const [middle, small, large] = [colors.surface, colors.palette[0], colors.palette[1]].map(channels);
  spreads.forEach((layers, column) =>
    layers.forEach((spread, layer) => {
      const tens = Number.isFinite(spread) ? Math.log10(Math.max(spread, 1e-12)) : 3;
      const strength = Math.min(Math.abs(tens) / 2, 1);
      const side = tens < 0 ? small : large;
      const color = side.map((each, k) => middle[k] + strength * (each - middle[k]));
      image.data.set([...color, 255], 4 * ((deepest - 1 - layer) * gains.length + column));
    }),
  );
  plot.image(image, false);
  plot.marker(gain, depth, "o", colors.ink, 7);
}
