// The landscapes of the package, by its names and formulas: value(w), gradient(w, into), limits.
// The tests hold each against Python's.

import { cos } from "../engine/elementary.js";
import { bicubic } from "./table.js";

const TURNING_POINTS = [-1.7, -1.0, 0.3, 1.1, 1.9];
// The slope's coefficients, from the constant up, and those of its integral.
const SLOPE = TURNING_POINTS.reduce(
  (poly, root) => [...poly, 0].map((_, k) => (poly[k - 1] ?? 0) - root * (poly[k] ?? 0)),
  [1],
);
const INTEGRAL = [0, ...SLOPE.map((coefficient, k) => coefficient / (k + 1))];
const horner = (poly, x) => poly.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
const LOWEST = horner(INTEGRAL, 1.9);

const BEALE = [1.5, 2.25, 2.625];

/** A landscape from its description: { kind, domain, minima, ... }. */
export function createLandscape(plan) {
  const made = KINDS[plan.kind](plan);
  return { ...plan, dimensions: plan.domain.length, ...made };
}

const KINDS = {
  bumpy: () => ({
    value: (w) => horner(INTEGRAL, w[0]) - LOWEST,
    gradient(w, into) {
      into[0] = horner(SLOPE, w[0]);
    },
  }),

  parabola: ({ curvature }) => ({
    curvatures: [curvature],
    value: (w) => (curvature * w[0] * w[0]) / 2,
    gradient(w, into) {
      into[0] = curvature * w[0];
    },
  }),

  /** `angle` from 0 to 180 degrees. */
  ravine({ condition, angle }) {
    // The Hessian: curvature 1 along the direction `angle`, `condition` across it.
    const turn = (angle * Math.PI) / 180;
    const [c, s] = [cos(turn), cos(Math.abs(turn - Math.PI / 2))];
    const [a, b, d] = [
      c * c + condition * s * s,
      (1 - condition) * c * s,
      s * s + condition * c * c,
    ];
    return {
      curvatures: [1, condition],
      value: ([x, y]) => (a * x * x + 2 * b * x * y + d * y * y) / 2,
      gradient([x, y], into) {
        into[0] = a * x + b * y;
        into[1] = b * x + d * y;
      },
    };
  },

  rosenbrock: () => ({
    value: ([x, y]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient([x, y], into) {
      const rise = y - x * x;
      into[0] = 2 * (x - 1) - 400 * x * rise;
      into[1] = 200 * rise;
    },
  }),

  beale: () => ({
    value: ([x, y]) => BEALE.reduce((sum, c, k) => sum + (c - x * (1 - y ** (k + 1))) ** 2, 0),
    gradient([x, y], into) {
      into[0] = into[1] = 0;
      BEALE.forEach((c, k) => {
        const error = c - x * (1 - y ** (k + 1));
        into[0] += 2 * error * (y ** (k + 1) - 1);
        into[1] += 2 * error * x * (k + 1) * y ** k;
      });
    },
  }),

  saddle: () => ({
    value: ([x, y]) => x ** 4 / 4 - (x * x) / 2 + (y * y) / 2,
    gradient([x, y], into) {
      into[0] = x * x * x - x;
      into[1] = y;
    },
  }),

  /** A function of one's own: read between samples that Python took, within the domain. */
  sampled({ domain, size, samples }) {
    const [value, ...slopes] = samples.map((each) => bicubic(decode(each), domain, size));
    return {
      value,
      gradient(w, into) {
        slopes.forEach((slope, k) => {
          into[k] = slope(w);
        });
      },
    };
  },
};

/** Numbers of 32 bits that came as base64. */
function decode(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
