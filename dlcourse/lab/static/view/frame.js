import { button } from "./controls.js";
import { element, oncePerFrame, whenQuiet } from "./elements.js";
import { onThemeChange } from "./looks.js";

/**
 * What all widgets share: the root, its text for screen readers, problems in words, and settings
 * that live in the model, so that two views of one widget, and Python, see the same.
 */
export class Frame {
  /** `draw(settings)` is called once per frame in which anything changed. */
  constructor({ model, el }, draw) {
    this.model = model;
    this.text = element("p", { class: "dl-says", "aria-live": "polite" });
    this.problem = element("p", { class: "dl-problem", role: "alert", hidden: true });
    this.answer = element("p", { class: "dl-answer", role: "status", hidden: true });
    this.root = element("section", {
      class: "dl-lab",
      "aria-label": model.get("title"),
      // Keys are the widget's, not JupyterLab's, which listens before and after.
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (event) => event.stopPropagation(),
    });
    el.append(this.root);
    const redraw = oncePerFrame(() => this.#attempt(() => draw(this.settings)));
    this.redraw = redraw;
    this.#speak = whenQuiet(() => {
      this.text.textContent = this.spoken;
    }, 300);
    this.#save = whenQuiet(() => this.model.save_changes(), 100);
    const told = () => this.#tell();
    const resized = new ResizeObserver(redraw);
    resized.observe(this.root);
    const events = { settings: redraw, problem: told, answer: told, busy: told };
    for (const [key, work] of Object.entries(events)) model.on(`change:${key}`, work);
    const quiet = onThemeChange(redraw);
    this.close = () => {
      for (const [key, work] of Object.entries(events)) model.off(`change:${key}`, work);
      resized.disconnect();
      quiet();
    };
  }

  #speak;
  #save;

  get settings() {
    return this.model.get("settings");
  }

  /** Change some settings: at once in every view, and in Python when the user pauses. */
  set(changes, { save = true } = {}) {
    this.model.set("settings", { ...this.settings, ...changes });
    if (save) this.#save();
  }

  /** Say what is seen, in the live text. */
  say(text) {
    if (text === this.spoken) return;
    const first = this.spoken === undefined;
    this.spoken = text;
    if (first) this.text.textContent = text;
    else this.#speak();
  }

  /** Ask Python; without a kernel nobody answers, and the button is not there. */
  ask(content) {
    this.#attempt(() => this.model.send(content));
  }

  /** A button that asks Python, or nothing where there is no kernel. */
  askButton(text, content) {
    if (!this.model.get("kernel")) return [];
    const press = button(text, () => this.ask(content()));
    this.model.on("change:busy", () => {
      press.disabled = this.model.get("busy");
    });
    return [press];
  }

  #tell() {
    this.#showLine(this.problem, this.model.get("problem"));
    const busy = this.model.get("busy");
    this.#showLine(this.answer, busy ? "Keras is at work …" : this.model.get("answer"));
  }

  #showLine(line, text) {
    line.textContent = text;
    line.hidden = !text;
  }

  #attempt(work) {
    try {
      work();
    } catch (error) {
      this.#showLine(this.problem, `This did not work: ${error.message}. Run the cell again.`);
    }
  }
}
