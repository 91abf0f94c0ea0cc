// How it stands: the cycle's spend, where it goes, and who serves.

import { h } from "./preact.js";
import { useEffect, useMemo, useRef, useState } from "./hooks.js";
import { get, query } from "./api.js";
import { Chart, colour, usual } from "./chart.js";
import { forecast } from "./forecast.js";
import { count, Money, percent, When } from "./format.js";
import { REPORT, useLive } from "./live.js";
import { dollars, text } from "./money.js";
import { lines, named } from "./spend.js";
import { Badge, Bar, Card, Empty, Figure, Link, Select, State, Status, tags } from "./ui.js";

const { div, li, p, span, table, tbody, td, th, thead, tr, ul } = tags;

const SHARES = 8;
const LAST_ALERTS = 8;

const RANGES = [
  ["cycle", "This cycle"],
  ["today", "Today"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
];

export function Overview() {
  const [range, setRange] = useState("cycle");
  const { data, problem } = useLive((signal) => get("/admin/v1/overview", signal), [], 1, { on: ["spend", "backend", "change", "alert"], merge: newFigures });
  return [
    div(
      { class: "page-head" },
      h("h1", null, "Overview"),
      h(Select, { id: "range", name: "Time", value: range, options: RANGES, onChange: setRange }),
    ),
    h(State, { data, problem }, data && h(Content, { data, range })),
  ];
}

/** The overview with what an event says of its budgets, backends and requests. */
export function newFigures(data, news, kind) {
  if (kind === "alert") return { ...data, alerts: [news, ...data.alerts].slice(0, LAST_ALERTS) };
  if (kind === "backend") return { ...data, backends: replaced(data.backends, [news]) };
  const fresh = new Map(news.budgets.map((budget) => [budget.name, budget]));
  // One that was not among the tightest may be by now, and how many are of each status may differ.
  const least = data.tightest.at(-1)?.utilization_percent ?? 0;
  const shown = [data.budget, ...data.tightest].filter(Boolean);
  for (const budget of news.budgets) {
    const before = shown.find((each) => each.name === budget.name);
    if (before ? before.status !== budget.status : Number(budget.utilization_percent) > Number(least)) return undefined;
  }
  const now = (budget) => (budget && fresh.get(budget.name)) ?? budget;
  return { ...data, requests: news.requests, budget: now(data.budget), tightest: data.tightest.map(now), backends: replaced(data.backends, news.backends) };
}

const replaced = (backends, news) => backends.map((backend) => news.find((each) => each.name === backend.name) ?? backend);

function Content({ data, range }) {
  const budget = data.budget;
  const since = { cycle: budget ? budget.cycle_start : "30d", today: day(data.time_zone) }[range] ?? range;
  const step = range === "30d" ? "day" : "hour";
  // The course of time is that of all together: in the groups of which there are fewest, and no more of them than needed.
  const course = useLive((signal) => get("/admin/v1/spend" + query({ by: "api", every: step, since, groups: 1 }), signal), [since, step], 5, REPORT);
  const models = useLive((signal) => get("/admin/v1/spend" + query({ by: "model", since, groups: SHARES }), signal), [since], 5, REPORT);
  const teams = useLive((signal) => get("/admin/v1/spend" + query({ by: "team", since, groups: SHARES }), signal), [since], 5, REPORT);
  return [
    h(Numbers, { data }),
    div(
      { class: "grid" },
      h(Burn, { budget, report: course, zone: data.time_zone }),
      h(Tightest, { budgets: data.tightest, totals: data.budgets }),
      h(Shares, { by: "model", title: "Spend by model", report: models }),
      h(Shares, { by: "team", title: "Spend by team", report: teams }),
      h(Backends, { backends: data.backends }),
      h(Alerts, { alerts: data.alerts }),
    ),
  ];
}

/** Today in the zone in which days of reports begin, such as 2026-11-29. */
const day = (timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());

/** Requests a second, by what came since the answer before. */
function useRate(total) {
  const last = useRef([]);
  const [second, setSecond] = useState(0);
  useEffect(() => {
    const beat = setInterval(() => setSecond(Math.floor(Date.now() / 1000)), 1000);
    return () => clearInterval(beat);
  }, []);
  return useMemo(() => {
    const now = performance.now();
    last.current = [...last.current.filter(([at]) => now - at < 11_000), [now, total]];
    const [at, before] = last.current[0];
    return now - at < 500 ? null : ((total - before) / (now - at)) * 1000;
  }, [total, second]);
}

function Numbers({ data }) {
  const rate = useRate(data.requests.total);
  const up = data.backends.filter((backend) => backend.healthy).length;
  const budget = data.budget;
  return div(
    { class: "figures" },
    budget && h(Figure, { name: "Settled", note: "of " + text(budget.limit) }, h(Money, { of: budget.spent })),
    budget && h(Figure, { name: "Held", note: "for requests under way" }, h(Money, { of: budget.held })),
    budget && h(Figure, { name: "Free", note: h(Status, { of: budget.status }) }, h(Money, { of: budget.remaining })),
    h(Figure, { name: "Requests a second", note: count(data.requests.total) + " since the start" }, rate === null ? "–" : rate.toFixed(1)),
    h(Figure, { name: "Refused over budget", note: count(data.requests.errors) + " not served in all" }, count(data.requests.blocked)),
    h(Figure, { name: "Backends up", note: h(Badge, { kind: up === data.backends.length ? "good" : "bad" }, up === data.backends.length ? "all" : data.backends.length - up + " down") }, up + " of " + data.backends.length),
  );
}

function Burn({ budget, report: { data, problem }, zone }) {
  return h(
    Card,
    { title: "Spend against the limit", id: "burn", wide: true },
    h(State, { data, problem }, data && h(BurnChart, { budget, since: data.since, series: data, zone })),
  );
}

function BurnChart({ budget, since, series, zone }) {
  const inCycle = budget && since === budget.cycle_start;
  const slices = useMemo(() => sums(series.data), [series]);
  const ahead = inCycle ? forecast(budget, slices) : null;
  const now = Math.floor(Date.now() / 1000);
  const data = useMemo(() => curves(budget, inCycle, Date.parse(series.since) / 1000, slices, ahead, now), [series, budget, now]);
  const words = describe(budget, series, ahead);
  return [
    h(Chart, { label: words.join(" "), data, options: () => options(inCycle), signature: String(Boolean(inCycle)) }),
    p({ class: "legend" }, span({ class: "key settled" }), "spent ", inCycle && [span({ class: "key ahead" }), "forecast and its range ", span({ class: "key limit" }), "limit"]),
    ul({ class: "plain" }, li("Spent in this time: ", h(Money, { of: series.total.cost_usd, strong: true }))),
    ahead && h(Ahead, { ahead, zone }),
    !budget && p({ class: "muted" }, "There is no global budget: costs are counted and nothing limits them. [budget] monthly_limit sets one."),
  ];
}

function Ahead({ ahead, zone }) {
  const at = (second) => h(When, { at: new Date(second * 1000).toISOString(), zone });
  if (!ahead.exhausted && !ahead.earliest) return p("At this pace the limit is not reached before the reset.");
  return p(
    "At this pace the limit is reached ",
    ahead.exhausted ? at(ahead.exhausted) : "only after the reset",
    ahead.earliest && [", at the earliest ", at(ahead.earliest)],
    ahead.latest ? [", at the latest ", at(ahead.latest)] : ", perhaps not before the reset",
    ".",
  );
}

function describe(budget, series, ahead) {
  const words = ["Spent " + text(series.total.cost_usd) + " since " + series.since + "."];
  if (budget) words.push("The limit is " + text(budget.limit) + ".");
  if (ahead?.exhausted) words.push("At this pace it is reached at " + new Date(ahead.exhausted * 1000).toISOString() + ".");
  return words;
}

/** Dollars by the slice. */
function sums(slices) {
  const by = new Map();
  for (const slice of slices) {
    const at = Date.parse(slice.start) / 1000;
    by.set(at, (by.get(at) ?? 0n) + slice.cost_usd);
  }
  return [...by].sort(([one], [other]) => one - other).map(([at, sum]) => [at, dollars(sum)]);
}

/** Times, spent, limit, forecast, low, high. */
function curves(budget, inCycle, start, slices, ahead, now) {
  let total = 0;
  const points = [[start, 0]];
  for (const [at, value] of slices) {
    if (at > points.at(-1)[0]) points.push([at, total]);
    total += value;
  }
  // What is settled decides: records of before a reset of the budget no longer count there.
  points.push([Math.max(now, points.at(-1)[0] + 1), total]);
  const end = inCycle && ahead?.end ? ahead.end : null;
  const times = [...points.map(([at]) => at), ...(end && end > now ? [end] : [])];
  const spent = [...points.map(([, value]) => value), ...(end && end > now ? [null] : [])];
  const limit = times.map(() => (inCycle ? dollars(budget.limit) : null));
  const last = points.length - 1;
  const line = (rate) => times.map((at, index) => (ahead && index >= last ? total + rate * (at - points[last][0]) : null));
  const capped = (values) => values.map((value) => (value === null || !inCycle ? value : Math.min(value, dollars(budget.limit) * 1.5)));
  return inCycle
    ? [times, spent, limit, capped(line(ahead?.mean ?? 0)), capped(line(ahead?.low ?? 0)), capped(line(ahead?.high ?? 0))]
    : [times, spent];
}

function options(inCycle) {
  const none = { points: { show: false } };
  const spent = { ...none, stroke: colour("settled"), width: 2, fill: colour("settled-soft") };
  const faint = { ...none, stroke: colour("ahead"), width: 1, dash: [2, 4] };
  return {
    ...usual(),
    series: inCycle
      ? [{}, spent, { ...none, stroke: colour("bad"), width: 2, dash: [8, 4] }, { ...none, stroke: colour("ahead"), width: 2, dash: [6, 4] }, faint, faint]
      : [{}, spent],
    bands: inCycle ? [{ series: [5, 4], fill: colour("ahead-soft") }] : [],
  };
}

function Tightest({ budgets, totals }) {
  return h(
    Card,
    {
      title: "Tightest budgets",
      id: "tightest",
      actions: h(Link, { to: "budgets" }, totals.total === 1 ? "The budget" : "All " + count(totals.total)),
    },
    budgets.length
      ? ul(
          { class: "plain rows" },
          budgets.map((budget) =>
            li(
              { key: budget.name },
              div({ class: "spread" }, h(Link, { to: "budgets?search=" + encodeURIComponent(budget.name) }, budget.name), span(percent(budget.utilization_percent))),
              h(Bar, { budget }),
              div({ class: "spread small" }, span(h(Money, { of: budget.spent }), " of ", h(Money, { of: budget.limit })), h(Status, { of: budget.status })),
            ),
          ),
        )
      : h(Empty, null, "There is no budget yet. [budget] monthly_limit = 100 in nexus.toml limits all spend, [[budgets]] that of a key, team, user, tag or model."),
  );
}

function Shares({ by, title, report: { data, problem } }) {
  const shares = useMemo(() => (data ? lines(data) : []), [data]);
  const most = data ? shares.reduce((sum, line) => (line.cost_usd > sum ? line.cost_usd : sum), 1n) : 1n;
  return h(
    Card,
    { title, id: "by-" + by, actions: h(Link, { to: "spend?by=" + by }, "Explore") },
    h(
      State,
      { data, problem },
      data &&
        (shares.length
          ? table(
              thead(tr(th({ scope: "col" }, by), th({ scope: "col", class: "number" }, "Requests"), th({ scope: "col", class: "number" }, "Cost"))),
              tbody(
                shares.map((line) =>
                  tr(
                    { key: named(line) },
                    td(line.other || line.group === null ? span({ class: "muted" }, named(line)) : line.group, div({ class: "meter", "aria-hidden": "true" }, div({ style: { width: Math.max(0, Number((line.cost_usd * 100n) / most)) + "%" } }))),
                    td({ class: "number" }, count(line.requests)),
                    td({ class: "number" }, h(Money, { of: line.cost_usd })),
                  ),
                ),
              ),
            )
          : h(Empty, null, "Nothing was spent in this time. Send a request to /v1/chat/completions, or try one on the page Try it.")),
    ),
  );
}

function Backends({ backends }) {
  return h(
    Card,
    { title: "Backends", id: "backends-now", actions: h(Link, { to: "backends" }, "More") },
    backends.length
      ? ul(
          { class: "plain rows" },
          backends.map((backend) =>
            li(
              { key: backend.name, class: "spread" },
              span(h(Badge, { kind: backend.healthy ? "good" : "bad" }, backend.healthy ? "up" : "down"), " ", backend.name, " ", span({ class: "muted" }, backend.location)),
              span({ class: "muted" }, backend.pending + " under way, " + Number(backend.latency_ms).toFixed(0) + " ms"),
            ),
          ),
        )
      : h(Empty, null, "There is no backend: add [[backends]] to nexus.toml."),
  );
}

const ALERTS = {
  "budget.threshold_reached": (of) => [h(Link, { to: "budgets?search=" + encodeURIComponent(of.budget) }, of.budget), " has reached " + of.threshold + " % of ", h(Money, { of: of.limit })],
  "budget.refused": (of) => [h(Link, { to: "budgets?search=" + encodeURIComponent(of.budget) }, of.budget), " refuses: ", h(Money, { of: of.spent }), " of ", h(Money, { of: of.limit }), " are spent"],
  "backend.down": (of) => "Backend " + of.backend + " is down for " + of.node,
  "ledger.away": (of) => "The ledger does not answer " + of.node,
  "request.unpriced": (of) => "The price of " + of.model + " is not known",
  "request.outcome_unknown": (of) => count(of.count) + " requests were sent and never answered",
};

function Alerts({ alerts }) {
  return h(
    Card,
    { title: "Last alerts", id: "alerts" },
    alerts.length
      ? ul(
          { class: "plain rows" },
          alerts.map((alert) => li({ key: alert.timestamp + alert.alert + alert.type, class: "spread" }, span(ALERTS[alert.type]?.(alert) ?? alert.type), span({ class: "muted small" }, alert.alert + ", ", h(When, { at: alert.timestamp })))),
        )
      : h(Empty, null, "None since this gateway started. [[alerts]] in nexus.toml say when a webhook, and this page, are told."),
  );
}
