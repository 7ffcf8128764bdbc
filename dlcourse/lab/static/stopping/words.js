import { float } from "../engine/python.js";
import { format } from "../view/elements.js";
import { spread } from "./replay.js";

const inWords = ({ median, low, high }) => `${format(median)} [${format(low)}, ${format(high)}]`;

/** What is seen, in sentences; median [lowest, highest] over the seeds. */
export function describe({ quantity }, { label, patience }, curves, stops) {
  const ended = stops.filter(({ stopped }) => stopped).length;
  const kept = stops.map(({ keptEpoch }, k) => curves[k][keptEpoch - 1]);
  return (
    `${label}, patience ${patience}: ${ended} of ${stops.length} seeds stop early. ` +
    `Epochs trained ${inWords(spread(stops.map(({ epochsRun }) => epochsRun)))}; ` +
    `${quantity} of the weights kept ${inWords(spread(kept))}, of the last epoch ` +
    `${inWords(spread(curves.map((curve) => curve.at(-1))))}.`
  );
}

/** The callback that does the same. */
export function kerasCode({ monitor, mode }, rule) {
  const best = rule.restore_best_weights ? "True" : "False";
  return `\
import keras

stop = keras.callbacks.EarlyStopping(
    monitor="${monitor}",
    mode="${mode}",
    min_delta=${float(rule.min_delta)},
    patience=${rule.patience},
    start_from_epoch=${rule.start_from_epoch},
    restore_best_weights=${best},
)
`;
}
