/**
 * Where `keras.callbacks.EarlyStopping` ends one curve, and whose weights it keeps; epochs count
 * from 1. Values are compared in 32 bits, as Keras does. The tests hold it against Python's replay.
 */
export function replay(curve, rule, mode) {
  const { patience, min_delta: delta, start_from_epoch: start, restore_best_weights: best } = rule;
  const sign = mode === "min" ? 1 : -1;
  let [bestEpoch, wait] = [0, 0];
  let epoch = start + 1;
  for (; epoch <= curve.length; epoch += 1) {
    wait += 1;
    const value = sign * curve[epoch - 1];
    const reference = sign * curve[bestEpoch - 1];
    if (bestEpoch === 0 || Math.fround(value + delta) < Math.fround(reference)) {
      [bestEpoch, wait] = [epoch, 0];
    } else if (wait >= patience) break;
  }
  const epochsRun = Math.min(epoch, curve.length);
  const keptEpoch = best && bestEpoch > 0 ? bestEpoch : epochsRun;
  return { epochsRun, bestEpoch, keptEpoch, stopped: epoch <= curve.length };
}

/** Median, lowest and highest of some numbers; NaN counts as the highest. */
export function spread(values) {
  const ordered = values.toSorted((a, b) => rank(a) - rank(b));
  const middle = (ordered.length - 1) / 2;
  const median = (ordered[Math.floor(middle)] + ordered[Math.ceil(middle)]) / 2;
  return { median, low: ordered[0], high: ordered.at(-1) };
}

const rank = (value) => (Number.isNaN(value) ? Number.MAX_VALUE : value);

/** For each patience, over the curves: the epochs trained and the value that is kept. */
export function patienceCosts(curves, rule, mode, highest) {
  return Array.from({ length: highest + 1 }, (_, patience) => {
    const stops = curves.map((curve) => replay(curve, { ...rule, patience }, mode));
    return {
      epochs: spread(stops.map(({ epochsRun }) => epochsRun)),
      kept: spread(stops.map(({ keptEpoch }, k) => curves[k][keptEpoch - 1])),
    };
  });
}
