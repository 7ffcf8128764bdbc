/** Stand in for a widget's model on a page with no kernel: state, changes and who hears of them. */
export function host(state) {
  const heard = new Map();
  const listeners = (event) => heard.get(event) ?? heard.set(event, new Set()).get(event);
  return {
    get: (key) => state[key],
    set(key, value) {
      state[key] = value;
      for (const work of listeners(`change:${key}`)) work();
    },
    on: (event, work) => listeners(event).add(work),
    off: (event, work) => listeners(event).delete(work),
    save_changes() {},
    send() {},
  };
}
