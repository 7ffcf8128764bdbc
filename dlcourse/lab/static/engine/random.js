import { cos, log } from "./elementary.js";

/** Random numbers that a seed fixes, the same on every machine: Chris Doty-Humphrey's sfc32. */
export class Random {
  #a;
  #b;
  #c = 0;
  #count = 1;

  /** `stream` gives one seed several independent sequences, say for weights and for batches. */
  constructor(seed, stream = 0) {
    this.#a = seed >>> 0;
    this.#b = stream >>> 0;
    for (let i = 0; i < 15; i += 1) this.bits();
  }

  /** 32 random bits, as a whole number. */
  bits() {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number between 0 and 1, neither included. */
  uniform() {
    return (this.bits() + 0.5) / 4294967296;
  }

  /** A draw from the normal distribution with mean 0 and spread 1 (Box and Muller). */
  normal() {
    const length = Math.sqrt(-2 * log(this.uniform()));
    return length * cos(2 * Math.PI * this.uniform());
  }

  /** `count` normal draws times `spread`. */
  normals(count, spread = 1) {
    return Float64Array.from({ length: count }, () => spread * this.normal());
  }

  /** The whole numbers from 0 to count - 1 in random order (Fisher and Yates). */
  shuffled(count) {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let i = count - 1; i > 0; i -= 1) {
      const j = Math.floor(this.uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
