// How fast SGD, with momentum or Nesterov's, gets to the bottom of a quadratic.

/**
 * By what factor the distance to the minimum shrinks per step in the long run: the largest
 * eigenvalue of a step, over the curvatures. 1 and more: it does not converge.
 */
export function shrinkage(learningRate, momentum, curvatures, nesterov = false) {
  return Math.max(...curvatures.map((curvature) => {
    const force = learningRate * curvature;
    const trace = nesterov ? (1 + momentum) * (1 - force) : 1 + momentum - force;
    const determinant = nesterov ? momentum * (1 - force) : momentum;
    const inside = trace * trace - 4 * determinant;
    if (inside < 0) return Math.sqrt(determinant);
    return (Math.abs(trace) + Math.sqrt(inside)) / 2;
  }));
}

/** Steps until the distance is a tenth; Infinity where it never is. */
export function stepsToATenth(factor) {
  return factor < 1 ? Math.LN10 / -Math.log(factor) : Infinity;
}

/** The rates that the map shows: up to a little beyond the largest that ever converges. */
export function rateLimits(curvatures) {
  const largest = 4 / Math.max(...curvatures);
  return [largest / 1000, largest * 1.6];
}
