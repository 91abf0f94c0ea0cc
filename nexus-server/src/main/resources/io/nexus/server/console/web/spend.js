// The explorer: spend by anything, over time, beside the cycle before. Chart and table show the same lines.

import { h } from "./preact.js";
import { useMemo } from "./hooks.js";
import { get, query } from "./api.js";
import { bars, Chart, PALETTE, stacked } from "./chart.js";
import { csv, save } from "./csv.js";
import { count, Money, When } from "./format.js";
import { REPORT, useLive } from "./live.js";
import { decimal, dollars, text } from "./money.js";
import { note } from "./dialog.js";
import { Card, Empty, Field, Search, Select, State, tags } from "./ui.js";

const { button, div, p, span, table, tbody, td, tfoot, th, thead, tr } = tags;

const GROUPS = ["model", "backend", "api", "key", "team", "user", "tag", "outcome", "day"];
const FILTERS = ["model", "backend", "api", "key", "team", "user", "tag", "outcome"];
const STEPS = [
  ["day", "By the day"],
  ["hour", "By the hour"],
];
const TIMES = [
  ["24h", "Last 24 hours", "48h"],
  ["7d", "Last 7 days", "14d"],
  ["30d", "Last 30 days", "60d"],
  ["90d", "Last 90 days", "180d"],
  ["365d", "Last 365 days", ""],
];
const LINES = 7;

export function Spend({ who, view, setView }) {
  const groups = without(GROUPS, who);
  const by = groups.includes(view.by) ? view.by : "model";
  const since = view.since ?? "7d";
  const every = view.every ?? (since === "24h" ? "hour" : "day");
  const only = without(FILTERS, who);
  const filters = Object.fromEntries(only.map((name) => [name, view[name] ?? ""]));
  const set = (change) => setView({ ...view, ...change });
  const asked = { by, since, until: view.until, groups: LINES, ...filters };
  const series = useLive((signal) => get("/admin/v1/spend" + query({ ...asked, every }), signal), [JSON.stringify(asked), every], 5, REPORT);
  const former = TIMES.find(([value]) => value === since)?.[2] ?? "";
  const before = useLive(
    (signal) => (former && !view.until ? get("/admin/v1/spend" + query({ ...asked, since: former, until: since }), signal) : Promise.resolve({ data: [], total: null })),
    [JSON.stringify(asked), former],
    30,
    REPORT,
  );
  return [
    h("h1", null, "Spend"),
    div(
      { class: "filters" },
      h(Field, { name: "Group by", id: "by" }, h(Select, { id: "by", value: by, options: groups.map((each) => [each, each]), onChange: (value) => set({ by: value }) })),
      h(Field, { name: "Time", id: "since" }, h(Select, { id: "since", value: since, options: known(since), onChange: (value) => set({ since: value, until: "", every: value === "24h" ? "hour" : "day" }) })),
      h(Field, { name: "Bars", id: "every" }, h(Select, { id: "every", value: every, options: STEPS, onChange: (value) => set({ every: value }) })),
      only.map((name) =>
        h(Field, { key: name, name: "Only " + name, id: "only-" + name }, h(Search, { id: "only-" + name, name: "Only " + name, value: filters[name], onChange: (value) => set({ [name]: value }) })),
      ),
    ),
    h(State, { data: series.data, problem: series.problem }, series.data && h(Content, { series: series.data, before: before.data, by, every })),
  ];
}

/** All is of the team of who administers one. */
export const without = (names, who) => (who.team ? names.filter((name) => name !== "team") : names);

const known = (since) => {
  const usual = TIMES.map(([value, words]) => [value, words]);
  return usual.some(([value]) => value === since) ? usual : [[since, "Since " + since], ...usual];
};

/** What a line is called. */
export const named = (line) => (line.other ? "all others" : (line.group ?? "none"));

const FIGURES = ["requests", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "cost_usd"];

/** The lines of the table: the bars of the chart, added up by group. */
export function lines(series) {
  const by = new Map();
  for (const slice of series.data) {
    const line = by.get(named(slice));
    if (line) FIGURES.forEach((field) => (line[field] += slice[field]));
    else by.set(named(slice), { ...slice });
  }
  const order = (one, other) => one.other - other.other || (one.cost_usd < other.cost_usd ? 1 : one.cost_usd > other.cost_usd ? -1 : 0);
  return [...by.values()].sort(order);
}

function Content({ series, before, by, every }) {
  const whole = useMemo(() => ({ ...series, data: lines(series) }), [series]);
  if (!whole.data.length) {
    return h(Card, null, h(Empty, null, "Nothing was spent like that in this time. Choose a longer time or fewer filters."));
  }
  return [
    h(
      Card,
      {
        title: "Cost by " + by + (every === "hour" ? " and hour" : " and day"),
        id: "chart",
        actions: div(
          button({ type: "button", class: "quiet", onClick: () => download(whole, by) }, "CSV of the table"),
          button({ type: "button", class: "quiet", onClick: () => downloadSeries(series, by, every) }, "CSV of the chart"),
          button({ type: "button", class: "quiet", onClick: copyLink }, "Copy link"),
        ),
      },
      h(Stack, { series, lines: whole.data, by, every }),
    ),
    h(Card, { title: "The same in figures", id: "figures" }, h(Figures, { whole, before, by })),
  ];
}

function copyLink() {
  navigator.clipboard?.writeText(location.href).then(
    () => note("The link is copied: it shows this view to whoever has a key."),
    () => note("Copy it from the address bar: " + location.href),
  );
}

function Stack({ series, lines, by, every }) {
  const step = every === "hour" ? 3600 : 86400;
  const from = Date.parse(series.since) / 1000;
  const to = series.until ? Date.parse(series.until) / 1000 : Math.floor(Date.now() / 1000 / step) * step;
  const names = useMemo(() => lines.map(named), [lines]);
  const data = useMemo(() => {
    const starts = [...new Set(series.data.map((slice) => slice.start))].sort();
    const values = names.map((name) => {
      const of = new Map(series.data.filter((slice) => named(slice) === name).map((slice) => [slice.start, dollars(slice.cost_usd)]));
      return starts.map((start) => of.get(start) ?? 0);
    });
    return [starts.map((start) => Date.parse(start) / 1000), ...stacked(values).reverse()];
  }, [series, names]);
  return [
    h(Chart, { label: "Cost by " + by + " over time, " + text(series.total.cost_usd) + " in all; the table below has the figures.", data, options: bars(names, step, from, to), signature: [...names, step, series.since.slice(0, 13), to].join("\n"), height: 300 }),
    p({ class: "legend" }, names.map((name, at) => [span({ class: "key c" + (at % PALETTE) }), name, " "])),
  ];
}

function Figures({ whole, before, by }) {
  const former = new Map((before?.data ?? []).map((line) => [named(line), line.cost_usd]));
  const total = before?.total?.cost_usd;
  const compared = total !== undefined && total !== null;
  return div(
    { class: "table", tabindex: 0, role: "region", "aria-label": "Spend by " + by },
    table(
      thead(
        tr(
          th({ scope: "col" }, by),
          ["Requests", "Input", "Cached", "Output", "Reasoning", "Cost"].map((words) => th({ scope: "col", class: "number", key: words }, words)),
          compared && th({ scope: "col", class: "number" }, "Before"),
          compared && th({ scope: "col", class: "number" }, "Change"),
        ),
      ),
      tbody(whole.data.map((line) => row(named(line), line, compared, former.get(named(line)) ?? 0n, td))),
      tfoot(row("Total", whole.total, compared, total, th)),
    ),
    by === "tag" && p({ class: "muted small" }, "A request counts for each of its tags, and once in the total."),
    p({ class: "muted small" }, "From ", h(When, { at: whole.since }), whole.until && [" to ", h(When, { at: whole.until })], ", days of " + whole.time_zone + "."),
  );
}

function row(name, line, compared, former, cell) {
  return tr(
    { key: name },
    th({ scope: "row" }, name),
    [line.requests, line.input_tokens, line.cached_input_tokens, line.output_tokens, line.reasoning_tokens].map((number, at) => cell({ class: "number", key: at }, count(number))),
    cell({ class: "number" }, h(Money, { of: line.cost_usd })),
    compared && cell({ class: "number" }, h(Money, { of: former })),
    compared && cell({ class: "number" }, change(line.cost_usd, former)),
  );
}

function change(now, former) {
  if (!former) return now ? "new" : "–";
  const percent = (dollars(now - former) / dollars(former)) * 100;
  return (percent > 0 ? "+" : "") + percent.toFixed(1) + " %";
}

function download(whole, by) {
  const head = [by, "requests", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "cost_usd"];
  const lines = whole.data.map((line) => [line.other ? "(all others)" : (line.group ?? ""), ...head.slice(1, 6).map((field) => line[field]), decimal(line.cost_usd)]);
  save("nexus-spend-by-" + by + ".csv", csv([head, ...lines]));
}

function downloadSeries(series, by, every) {
  const lines = series.data.map((slice) => [slice.start, slice.other ? "(all others)" : (slice.group ?? ""), slice.requests, decimal(slice.cost_usd)]);
  save("nexus-spend-by-" + by + "-and-" + every + ".csv", csv([["start", by, "requests", "cost_usd"], ...lines]));
}
