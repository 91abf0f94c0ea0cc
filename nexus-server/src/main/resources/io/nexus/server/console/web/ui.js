// The parts that pages are made of.

import { h } from "./preact.js";
import { useEffect, useState } from "./hooks.js";
import { inWords, Money } from "./format.js";

/** Elements by their names: div({ class: "card" }, ...) or div(child, ...). */
export const tags = new Proxy(
  {},
  {
    get: (_, name) => (first, ...rest) =>
      first && typeof first === "object" && first.constructor === Object
        ? h(name, first, ...rest)
        : h(name, null, first, ...rest),
  },
);

const { a, button, div, h2, label, p, section, span } = tags;

export function Card({ title, actions, children, wide, id }) {
  return section(
    { class: wide ? "card wide" : "card", "aria-labelledby": id },
    title && div({ class: "card-head" }, h2({ id }, title), actions),
    children,
  );
}

/** What a page shows while it has nothing yet, or cannot get it. */
export function State({ problem, data, children }) {
  if (problem && !data) return p({ class: "notice bad", role: "alert" }, problem.message);
  if (!data) return p({ class: "notice", role: "status" }, span({ class: "spinner" }), " Loading …", h(Waiting));
  return [problem && p({ class: "notice bad", role: "alert" }, problem.message + " The figures are the last ones known."), children];
}

/** A bar for what takes longer than a moment: how long is not known before. */
function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const beat = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(beat);
  }, []);
  return seconds > 0 && [h("progress", { "aria-label": "Loading" }), span({ class: "muted small" }, " " + seconds + " s")];
}

export const LOOKS_ONLY = "Your key has the role viewer: it sees everything and changes nothing.";
let looksOnly = false;

/** Whether the key that signed in may only look. */
export function setLooksOnly(value) {
  looksOnly = value;
}

/** A button that changes something: of no use with a key that may only look, and says so. */
export const Act = ({ children, ...rest }) => h("button", { type: "button", ...rest, disabled: rest.disabled || looksOnly, title: looksOnly ? LOOKS_ONLY : rest.title }, children);

export const Empty = ({ children }) => p({ class: "notice" }, children);

/** How a budget stands: settled, held, free. */
export function Bar({ budget }) {
  const limit = Number(budget.limit) || 1;
  const settled = Math.min(100, (Number(budget.spent) / limit) * 100);
  const held = Math.min(100 - settled, (Number(budget.held) / limit) * 100);
  return div(
    { class: "bar", role: "img", "aria-label": inWords(budget) },
    div({ class: "settled", style: { width: settled + "%" } }),
    div({ class: "held", style: { width: held + "%" } }),
  );
}

const STATUS = {
  Normal: ["good", "Normal"],
  SoftLimit: ["warn", "Soft limit"],
  HardLimit: ["bad", "Hard limit"],
};

export function Status({ of }) {
  const [kind, words] = STATUS[of] ?? ["", of];
  return span({ class: "badge " + kind }, words);
}

export const Badge = ({ kind, children }) => span({ class: "badge " + (kind ?? "") }, children);

export const Figure = ({ name, children, note }) =>
  div({ class: "figure" }, div({ class: "figure-name" }, name), div({ class: "figure-value" }, children), note && div({ class: "figure-note" }, note));

/** A labelled control; the control is the child and has the id. */
export const Field = ({ name, id, hint, children }) =>
  div({ class: "field" }, label({ for: id }, name), children, hint && div({ class: "hint", id: id + "-hint" }, hint));

export const Select = ({ id, value, options, onChange, name }) =>
  h(
    "select",
    { id, value, "aria-label": name, onChange: (event) => onChange(event.currentTarget.value) },
    options.map(([each, words]) => h("option", { value: each, selected: each === value }, words)),
  );

/** A text field that tells of its value when typing rests. */
export function Search({ id, value, onChange, name, placeholder }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const rest = setTimeout(() => onChange(text), 250);
    return () => clearTimeout(rest);
  }, [text]);
  return h("input", {
    id,
    type: "search",
    value: text,
    placeholder,
    "aria-label": name,
    onInput: (event) => setText(event.currentTarget.value),
  });
}

/** Steps through a list that comes in pages. */
export function Pager({ offset, limit, total, onChange }) {
  if (total <= limit && offset === 0) return null;
  return div(
    { class: "pager", role: "navigation", "aria-label": "Pages" },
    button({ type: "button", disabled: offset === 0, onClick: () => onChange(Math.max(0, offset - limit)) }, "Back"),
    span(offset + 1 + " to " + Math.min(total, offset + limit) + " of " + total),
    button({ type: "button", disabled: offset + limit >= total, onClick: () => onChange(offset + limit) }, "Next"),
  );
}

export const Link = ({ to, children, ...rest }) => a({ href: "#/" + to, ...rest }, children);

export { Money };
