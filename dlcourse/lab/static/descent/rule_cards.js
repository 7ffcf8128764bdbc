import { defaults, OPTIMIZERS } from "../engine/optimizers.js";
import { button, choice, slider } from "../view/controls.js";
import { element } from "../view/elements.js";
import { looksOf } from "./pictures.js";

const MOST = 4;
// Only rules that the tests prove equal to Keras's can be chosen.
const RULES = Object.keys(OPTIMIZERS);

const names = (key) => key.replaceAll("_", " ").replace(/ (\d)/, "_$1");

/** One card for each rule: which it is, its hyperparameters, and a button that removes it. */
export function ruleCards(frame, set) {
  const cards = element("div", { class: "dl-cards" });
  const add = button("Add a rule", () => {
    const used = frame.settings.rules.map(({ rule }) => rule);
    const rule = RULES.find((each) => !used.includes(each));
    set({ rules: [...frame.settings.rules, { rule, ...defaults(rule) }] });
  });
  const made = [];

  function show(rules) {
    while (made.length > rules.length) made.pop().element.remove();
    while (made.length < rules.length) {
      made.push(ruleCard(made.length, frame, set));
      cards.insertBefore(made.at(-1).element, add);
    }
    const looks = looksOf(rules);
    rules.forEach((rule, index) => made[index].show(rule, looks[index], rules.length));
    add.hidden = rules.length >= MOST;
  }

  cards.append(add);
  return { element: cards, show };
}

function ruleCard(index, frame, set) {
  const change = (rule) => set({ rules: frame.settings.rules.with(index, rule) });
  const pick = choice(
    `rule ${index + 1}`,
    RULES.map((name) => [name, name]),
    (rule) => {
      const { learning_rate } = frame.settings.rules[index];
      change({ rule, ...defaults(rule), learning_rate });
    },
  );
  const remove = button(
    "Remove",
    () => set({ rules: frame.settings.rules.toSpliced(index, 1) }),
    { "aria-label": `Remove rule ${index + 1}` },
  );
  const sliders = element("div", {});
  const head = element("div", { class: "dl-card-head" }, pick.element, remove);
  const card = element("div", { class: "dl-card" }, head, sliders);
  let kind = null;
  let controls = {};

  function rebuild(rule) {
    kind = rule;
    controls = Object.fromEntries(
      Object.entries(OPTIMIZERS[rule].hyperparameters).map(([key, limits]) => [
        key,
        slider(names(key), limits, (value) =>
          change({ ...frame.settings.rules[index], [key]: value }),
        ),
      ]),
    );
    sliders.replaceChildren(...Object.values(controls).map((each) => each.element));
  }

  function show(settings, [color], count) {
    if (settings.rule !== kind) rebuild(settings.rule);
    pick.show(settings.rule);
    for (const [key, control] of Object.entries(controls)) control.show(settings[key]);
    card.style.borderLeftColor = `var(--dl-color-${color})`;
    remove.disabled = count === 1;
  }

  return { element: card, show };
}
