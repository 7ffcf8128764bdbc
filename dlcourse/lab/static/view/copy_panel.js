import { button } from "./controls.js";
import { element } from "./elements.js";

/** Code to read, and a button that copies it. */
export function copyPanel(text) {
  const code = element("pre", { tabindex: 0, "aria-label": "Keras code" });
  const panel = element("details", {}, element("summary", {}, "Keras code"), code);
  const press = button(text, async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      press.textContent = "Copied";
    } catch {
      panel.open = true; // no clipboard here: select it, to be copied by hand
      getSelection().selectAllChildren(code);
      press.textContent = "Selected: copy it";
    }
    setTimeout(() => {
      press.textContent = text;
    }, 2000);
  });
  const show = (written) => {
    if (code.textContent !== written) code.textContent = written;
  };
  return { button: press, element: panel, show };
}
