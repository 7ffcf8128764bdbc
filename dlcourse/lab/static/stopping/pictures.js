import { element, format } from "../view/elements.js";

/** The curves up to the stop, faint beyond; a square where each stops, a disk at what is kept. */
export function drawCurves(plot, curves, stops, { start_from_epoch: start }, quantity) {
  const [low, high] = limits(curves.flat());
  const logarithmic = low > 0 && high > 10 * low;
  const air = logarithmic ? [low / 1.15, high * 1.15] : padded(low, high);
  plot.axes = {
    x: { label: "epoch" },
    y: { label: quantity, scale: logarithmic ? "log" : "linear" },
  };
  const last = Math.max(...curves.map((curve) => curve.length));
  plot.begin([0, last + 1], air);
  if (start > 0) plot.line([start + 0.5, start + 0.5], air, plot.colors.soft, { dash: [2, 4] });
  const color = (k) => plot.colors.palette[k % 5];
  curves.forEach((curve, k) => {
    const epochs = curve.map((_, at) => at + 1);
    plot.context.globalAlpha = 0.35;
    plot.line(epochs, curve, color(k), { width: 1.2 });
    plot.context.globalAlpha = 1;
    const end = stops[k].epochsRun;
    plot.line(epochs.slice(0, end), curve.slice(0, end), color(k), { width: 2 });
  });
  curves.forEach((curve, k) => {
    const { epochsRun, keptEpoch } = stops[k];
    plot.marker(epochsRun, curve[epochsRun - 1], "s", color(k), 6);
    plot.marker(keptEpoch, curve[keptEpoch - 1], "o", color(k), 6);
  });
}

/** One quantity over all patiences: median and range over the seeds, and where one stands. */
export function drawCosts(plot, costs, patience) {
  const [low, high] = limits(costs.flatMap((each) => [each.low, each.high]));
  const air = padded(low, high);
  plot.begin([0, costs.length], air);
  const at = costs.map((_, index) => index);
  plot.band(at, costs.map((each) => each.low), costs.map((each) => each.high), plot.colors.palette[0]);
  plot.line(at, costs.map(({ median }) => median), plot.colors.palette[0]);
  plot.line([patience, patience], air, plot.colors.soft, { dash: [2, 4] });
  if (costs[patience]) plot.marker(patience, costs[patience].median, "o", plot.colors.palette[1], 7);
}

function limits(values) {
  const finite = values.filter(Number.isFinite);
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
}

function padded(low, high) {
  const air = 0.06 * (high - low) || 0.1 * Math.abs(high) || 1;
  return [low - air, high + air];
}

/** One row a seed. */
export function stopsTable(seeds, curves, stops, mode) {
  const best = mode === "min" ? Math.min : Math.max;
  const heads = ["seed", "stops after", "keeps epoch", "value kept", "best of all"];
  const rows = stops.map(({ epochsRun, keptEpoch, stopped }, k) => [
    String(seeds[k]),
    stopped ? String(epochsRun) : `${epochsRun}, the end`,
    String(keptEpoch),
    format(curves[k][keptEpoch - 1]),
    format(best(...curves[k].filter((value) => !Number.isNaN(value)))),
  ]);
  const cells = (tag, row) => row.map((text) => element(tag, {}, text));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...cells("th", heads))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
  );
}
