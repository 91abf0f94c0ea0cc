// How figures and times are shown.

import { h } from "./preact.js";
import { grouped, parts, text } from "./money.js";

/** An amount with all its decimals, those beyond cents smaller. */
export function Money({ of, strong }) {
  if (of === null || of === undefined) return h("span", { class: "muted" }, "–");
  const { sign, whole, rest } = parts(of);
  const cents = rest.padEnd(2, "0").slice(0, 2);
  const fine = rest.slice(2);
  return h(
    "span",
    { class: strong ? "money strong" : "money" },
    sign + "$" + grouped(whole) + "." + cents,
    fine && h("span", { class: "fine" }, fine),
  );
}

export const count = (number) => grouped(String(number ?? 0));

export const tokens = count;

/** A share such as 12.34 %. */
export const percent = (number) => Number(number).toFixed(2).replace(/\.?0+$/, "") + " %";

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", month: "short", day: "numeric" });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A time in the viewer's zone, with that of the budgets in its tooltip. */
export function When({ at, zone, style }) {
  if (!at) return h("span", { class: "muted" }, "never");
  const date = new Date(at);
  const format = style === "clock" ? CLOCK : style === "day" ? DAY : DATE;
  return h("time", { dateTime: date.toISOString(), title: title(date, zone) }, format.format(date));
}

function title(date, zone) {
  const there =
    zone && zone !== ZONE
      ? "\n" + new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long", timeZone: zone }).format(date)
      : "";
  return DATE.format(date) + " (" + ZONE + ")" + there + "\n" + date.toISOString();
}

/** How long in words: 3 d 4 h. */
export function duration(seconds) {
  const left = Math.max(0, Math.round(seconds));
  const steps = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const at = steps.findIndex(([size]) => left >= size);
  if (at < 0) return "0 s";
  const [size, unit] = steps[at];
  const [next, nextUnit] = steps[at + 1] ?? [0, ""];
  const rest = next ? Math.floor((left % size) / next) : 0;
  return Math.floor(left / size) + " " + unit + (rest ? " " + rest + " " + nextUnit : "");
}

/** What fills a budget, for those who do not see the bar. */
export const inWords = (budget) =>
  "settled " + text(budget.spent) + ", held " + text(budget.held) + ", free " + text(budget.remaining) + " of " + text(budget.limit);
