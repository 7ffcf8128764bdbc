// exp, log and cos from arithmetic alone. `Math.exp` and its kin may differ in the last bit from
// browser to browser; sums, products and roots do not. So a seed gives one run on every machine.

const LN2_HIGH = 6.93147180369123816490e-1; // ends in zeros: k * LN2_HIGH is exact
const LN2_LOW = 1.90821492927058770002e-10;

const bits = new DataView(new ArrayBuffer(8));

/** 2 ** k, exactly, for a whole k from -1022 to 1023. */
function powerOfTwo(k) {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** e ** x to the last digit or two; 0 below -708. */
export function exp(x) {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.78) return Infinity;
  if (x < -708) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW; // at most ln(2) / 2
  let sum = 1;
  for (let n = 13; n > 0; n -= 1) sum = 1 + (sum * r) / n;
  return k > 1023 ? sum * 2 * powerOfTwo(k - 1) : sum * powerOfTwo(k);
}

/** The natural logarithm of a normal number. */
export function log(x) {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  bits.setFloat64(0, x);
  let k = (bits.getUint32(0) >>> 20) - 1023;
  let m = x / powerOfTwo(k);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const s = (m - 1) / (m + 1); // log m = 2 (s + s^3 / 3 + s^5 / 5 + ...)
  let sum = 0;
  for (let n = 23; n > 0; n -= 2) sum = sum * s * s + 1 / n;
  return k * LN2_HIGH + (2 * s * sum + k * LN2_LOW);
}

/** The cosine of an angle from 0 to 2 pi. */
export function cos(angle) {
  const x = angle > Math.PI ? 2 * Math.PI - angle : angle;
  if (x > Math.PI / 2) return -cos(Math.PI - x);
  let sum = 1;
  for (let n = 24; n > 0; n -= 2) sum = 1 - (sum * x * x) / (n * (n - 1));
  return sum;
}

/** base ** exponent for a positive base. */
export function power(base, exponent) {
  return exp(exponent * log(base));
}

/** The hyperbolic tangent. */
export function tanh(x) {
  if (Math.abs(x) < 1e-3) return x - (x * x * x) / 3 + (2 * x * x * x * x * x) / 15;
  const e = exp(-2 * Math.abs(x));
  return (Math.sign(x) * (1 - e)) / (1 + e);
}

/** The error function: a series of positive terms. */
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * exp(-x * x) * sum;
}
