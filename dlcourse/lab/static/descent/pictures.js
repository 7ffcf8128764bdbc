// The pictures: the landscape with paths, f against the step, and the convergence map.

import { channels, lookOf } from "../view/looks.js";
import { rateLimits, shrinkage, stepsToATenth } from "./convergence.js";

const LEVELS = 14;

/** The look of each rule; a rule that is there twice takes another the second time. */
export function looksOf(rules) {
  return rules.map(({ rule }, index) => {
    const repeated = rules.findIndex((each) => each.rule === rule) < index;
    return lookOf(rule, index, repeated);
  });
}

/** Heights as a number of contour lines: each a constant factor above the one before. */
function contourScale(landscape) {
  const [[x0, x1], [y0, y1]] = landscape.domain;
  const heights = [];
  for (let i = 0; i <= 60; i += 1) {
    for (let j = 0; j <= 60; j += 1) {
      heights.push(landscape.value([x0 + ((x1 - x0) * i) / 60, y0 + ((y1 - y0) * j) / 60]));
    }
  }
  heights.sort((a, b) => a - b);
  const bottom = landscape.minima.length ? landscape.value(landscape.minima[0]) : heights[0];
  const above = heights.map((each) => each - bottom).filter((each) => each > 0);
  const [low, high] = [above[Math.floor(above.length / 100)], above.at(-1)];
  const perFactor = (LEVELS - 1) / Math.log(high / low);
  return (value) => Math.log(Math.max(value - bottom, 1e-300) / low) * perFactor;
}

/** Shade the valley and draw contour lines, one picture element at a time. */
export function contourImage(landscape, width, height, colors) {
  const level = contourScale(landscape);
  const [[x0, x1], [y0, y1]] = landscape.domain;
  const levels = new Float64Array((width + 1) * (height + 1));
  for (let j = 0; j <= height; j += 1) {
    const y = y1 - ((y1 - y0) * (j + 0.5)) / height;
    for (let i = 0; i <= width; i += 1) {
      const x = x0 + ((x1 - x0) * (i + 0.5)) / width;
      levels[j * (width + 1) + i] = level(landscape.value([x, y]));
    }
  }
  const image = new ImageData(width, height);
  const [surface, valley, line] = [colors.surface, colors.palette[0], colors.soft].map(channels);
  for (let j = 0; j < height; j += 1) {
    for (let i = 0; i < width; i += 1) {
      const at = j * (width + 1) + i;
      const here = levels[at];
      const slope = Math.hypot(levels[at + 1] - here, levels[at + width + 1] - here);
      const away = Math.abs(here - Math.round(here)) / Math.max(slope, 1e-9);
      const inked = here > -0.5 ? 0.55 * Math.max(0, 1 - away) : 0;
      const depth = 0.42 * (1 - Math.min(Math.max(Math.floor(here + 1) / LEVELS, 0), 1));
      for (let k = 0; k < 3; k += 1) {
        const shade = surface[k] + depth * (valley[k] - surface[k]);
        image.data[4 * (j * width + i) + k] = shade + inked * (line[k] - shade);
      }
      image.data[4 * (j * width + i) + 3] = 255;
    }
  }
  return image;
}

/** Paths on the contours, or on the curve of a landscape of one weight. */
export function drawPaths(plot, landscape, paths, looks, { shown, start }) {
  const flat = landscape.dimensions === 1;
  paths.forEach((path, index) => {
    const [color, marker] = looks[index];
    const ink = plot.colors.palette[color];
    const points = path.points.slice(0, shown + 1);
    const xs = points.map(([x]) => x);
    const ys = flat ? path.values.slice(0, shown + 1) : points.map(([, y]) => y);
    plot.line(xs, ys, ink, { casing: true });
    xs.forEach((x, k) => plot.marker(x, ys[k], marker, ink, k === xs.length - 1 ? 7 : 2.6));
  });
  for (const minimum of landscape.minima) {
    const [x, y] = flat ? [minimum[0], landscape.value(minimum)] : minimum;
    plot.text(x, y, "★", { align: "center" });
  }
  const [x, y] = flat ? [start[0], landscape.value(start)] : start;
  ring(plot, x, y);
}

/** The start: an open circle that may be dragged. */
function ring(plot, x, y) {
  const [px, py] = plot.at(x, y);
  const { context, colors } = plot;
  for (const [color, width] of [[colors.surface, 5], [colors.ink, 2]]) {
    context.beginPath();
    context.arc(px, py, 9, 0, 2 * Math.PI);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
}

/** f above the minimum against the step. */
export function drawValues(plot, heights, looks, { shown, steps, goal }) {
  const all = heights.flat().filter((each) => each > 0);
  const first = Math.max(...heights.map(([start]) => start), 1e-12);
  const inside = all.filter((each) => each <= 100 * first);
  const low = Math.max(Math.min(...inside, goal ?? Infinity), first * 1e-12);
  plot.begin([0, steps], [low / 2, Math.max(...inside, first) * 2]);
  if (goal > 0) {
    plot.line([0, steps], [goal, goal], plot.colors.ink, { width: 1.5, dash: [5, 4] });
    plot.text(steps, goal, "goal", { align: "right", dx: -4, dy: -9 });
  }
  heights.forEach((values, index) => {
    const [color, marker] = looks[index];
    const ink = plot.colors.palette[color];
    const seen = values.slice(0, shown + 1);
    const xs = seen.map((_, step) => step);
    plot.line(xs, seen.map((each) => Math.max(each, 1e-300)), ink);
    plot.marker(xs.length - 1, seen.at(-1), marker, ink, 6);
  });
}

/** Steps to a tenth of the distance as colors, over rate and momentum. */
export function drawConvergence(plot, curvatures, nesterov, stands) {
  const rates = rateLimits(curvatures);
  plot.begin(rates, [0, 1]);
  const key = [nesterov, plot.theme, ...curvatures].join();
  if (plot.shows !== key) plot.map = convergenceImage(curvatures, nesterov, rates, plot.colors);
  plot.shows = key;
  plot.image(plot.map, false);
  for (const { rate, momentum, marker, color } of stands) {
    plot.marker(rate, momentum, marker, plot.colors.palette[color], 8);
  }
}

function convergenceImage(curvatures, nesterov, [low, high], colors) {
  const [width, height] = [120, 72];
  const image = new ImageData(width, height);
  const [fast, slow, gone] = [colors.palette[0], colors.surface, colors.palette[1]].map(channels);
  for (let j = 0; j < height; j += 1) {
    const momentum = 1 - (j + 0.5) / height;
    for (let i = 0; i < width; i += 1) {
      const rate = low * (high / low) ** ((i + 0.5) / width);
      const steps = stepsToATenth(shrinkage(rate, momentum, curvatures, nesterov));
      // From 2 steps (strong) to 2,000 (the background).
      const share = Math.min(Math.max(Math.log10(steps / 2) / 3, 0), 1);
      const mixed = fast.map((each, k) => each + share * (slow[k] - each));
      const color = steps === Infinity ? gone : mixed;
      image.data.set([...color, 255], 4 * (j * width + i));
    }
  }
  return image;
}
