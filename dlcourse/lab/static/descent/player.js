import { button, slider } from "../view/controls.js";
import { element } from "../view/elements.js";

/** Step, play, reset, and how many steps. */
export function createPlayer(frame) {
  let playing = false;
  const at = () => frame.settings.shown ?? frame.settings.steps;
  const go = (shown, save) => frame.set({ shown }, { save });
  const play = button("Play", () => {
    if (playing) return stop();
    if (at() >= frame.settings.steps) go(0, false);
    playing = true;
    frame.redraw();
    return requestAnimationFrame(advance);
  });
  const one = button("Step", () => go(at() >= frame.settings.steps ? 0 : at() + 1, true));
  const back = button("To the start", () => {
    stop();
    go(0, true);
  });
  const all = button("All steps", () => {
    stop();
    go(null, true);
  });
  const steps = slider("steps", { low: 5, high: 400, scale: "steps" }, (value) =>
    frame.set({ steps: value, shown: null }),
  );
  let last = 0;

  function advance(now) {
    if (!playing || !play.isConnected) return;
    const pause = Math.max(1000 / 60, 3000 / frame.settings.steps);
    if (now - last >= pause) {
      last = now;
      go(at() + 1, false);
    }
    if (at() >= frame.settings.steps) stop();
    else requestAnimationFrame(advance);
  }

  function stop() {
    playing = false;
    frame.set({}, { save: true });
    frame.redraw();
  }

  function show(settings) {
    play.textContent = playing ? "Pause" : "Play";
    steps.show(settings.steps);
  }

  return { element: element("div", { class: "dl-row" }, play, one, back, all, steps.element), show };
}
