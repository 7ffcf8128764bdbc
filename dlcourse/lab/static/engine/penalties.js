// The weight penalties that may be chosen; the tests hold each against Keras's.
// `evaluate(w, strength, slopes)` returns the penalty and adds its gradient to `slopes`.

export const PENALTIES = {
  L1: {
    evaluate(w, strength, slopes) {
      let sum = 0;
      for (let i = 0; i < w.length; i += 1) {
        sum += Math.abs(w[i]);
        slopes[i] += strength * Math.sign(w[i]);
      }
      return strength * sum;
    },
  },
  L2: {
    // Keras's: no 1/2.
    evaluate(w, strength, slopes) {
      let sum = 0;
      for (let i = 0; i < w.length; i += 1) {
        sum += w[i] * w[i];
        slopes[i] += 2 * strength * w[i];
      }
      return strength * sum;
    },
  },
};
