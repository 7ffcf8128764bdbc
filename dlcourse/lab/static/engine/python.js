/** A number as a Python float: Keras refuses an integer as a rate. */
export function float(value) {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Numbers as a Python list of floats. */
export function floats(values) {
  return `[${Array.from(values, float).join(", ")}]`;
}
