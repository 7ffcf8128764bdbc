/**
 * A function of one or two weights between its samples: cubic through the four nearest along each
 * weight. Outside the domain it is NaN.
 *
 * @param {Float64Array} samples `size` values along each weight, the last weight fastest
 * @param {number[][]} domain the lowest and highest of each weight
 */
export function bicubic(samples, domain, size) {
  return (w) => {
    const near = domain.map(([low, high], k) => neighbors((w[k] - low) / (high - low), size));
    if (near.some((each) => each === null)) return NaN;
    const [rows, columns] = near.length === 2 ? near : [null, near[0]];
    if (rows === null) return along(samples, columns, 0);
    let sum = 0;
    for (let k = 0; k < 4; k += 1) {
      sum += rows.weights[k] * along(samples, columns, (rows.first + k) * size);
    }
    return sum;
  };
}

function along(samples, { first, weights }, offset) {
  let sum = 0;
  for (let k = 0; k < 4; k += 1) sum += weights[k] * samples[offset + first + k];
  return sum;
}

/** The first of four samples around a share of the way, and their (Lagrange's) weights. */
function neighbors(share, size) {
  if (!(share >= 0 && share <= 1)) return null;
  const at = share * (size - 1);
  const first = Math.min(Math.max(Math.floor(at) - 1, 0), size - 4);
  const t = at - first;
  return {
    first,
    weights: [
      (-(t - 1) * (t - 2) * (t - 3)) / 6,
      (t * (t - 2) * (t - 3)) / 2,
      (-t * (t - 1) * (t - 3)) / 2,
      (t * (t - 1) * (t - 2)) / 6,
    ],
  };
}
