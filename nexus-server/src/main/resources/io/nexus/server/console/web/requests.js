// The last requests of this gateway, live, and the records of all gateways.

import { h } from "./preact.js";
import { useEffect, useState } from "./hooks.js";
import { get, post, query } from "./api.js";
import { Confirmed, Dialog, note } from "./dialog.js";
import { count, Money, When } from "./format.js";
import { REPORT, useLive } from "./live.js";
import { without } from "./spend.js";
import { Badge, Card, Empty, Field, LOOKS_ONLY, Search, Select, State, tags } from "./ui.js";

const { button, dd, div, dl, dt, h3, li, p, span, table, tbody, td, th, thead, tr, ul } = tags;

const SOURCES = [
  ["live", "This gateway, live"],
  ["ledger", "The ledger, all gateways"],
];
const STATES = [
  ["", "All"],
  ["running", "Under way"],
  ["served", "Served"],
  ["refused", "Refused"],
];
const FILTERS = ["model", "backend", "api", "key", "team", "user", "tag"];
const OUTCOMES = ["", "completed", "cancelled", "broken", "cut_off", "lost", "unknown", "correction", "forgiven", "carried"];
const PAGE = 100;

export function Requests({ who, view, setView }) {
  const source = view.source ?? "live";
  const List = source === "ledger" ? Ledger : Live;
  return [
    div(
      { class: "page-head" },
      h("h1", null, "Requests"),
      h(Select, { id: "source", name: "From", value: source, options: SOURCES, onChange: (value) => setView({ source: value }) }),
    ),
    h(List, { key: source, admin: who, view, setView }),
  ];
}

/** The requests with those that came or ended, the newest first; where more came than are told, these alone. */
function newest(known, { data: news, left_out }) {
  const before = left_out ? [] : known;
  const fresh = new Map(news.map((request) => [request.id, request]));
  const shown = before.map((request) => fresh.get(request.id) ?? request);
  shown.forEach((request) => fresh.delete(request.id));
  return [...[...fresh.values()].reverse(), ...shown].slice(0, PAGE);
}

function Live({ view, setView }) {
  const path = "/admin/v1/requests" + query({ search: view.search, state: view.state, limit: PAGE });
  const { data, problem } = useLive((signal) => get(path, signal), [path], 1, {
    on: ["requests"],
    // What is searched for only the gateway knows.
    merge: (before, news) => (view.search || view.state ? undefined : { ...before, data: newest(before.data, news) }),
  });
  return [
    div(
      { class: "filters" },
      h(Search, { id: "search", name: "Search requests", placeholder: "Id, model, backend, key, team, user or tag", value: view.search ?? "", onChange: (search) => setView({ ...view, search }) }),
      h(Select, { id: "state", name: "State", value: view.state ?? "", options: STATES, onChange: (state) => setView({ ...view, state }) }),
    ),
    h(State, { data, problem }, data && (data.data.length ? h(LiveTable, { requests: data.data, onOpen: (id) => setView({ ...view, id }) }) : h(Empty, null, view.search || view.state ? "None of the last requests is like that." : "No request has come yet. The next one appears here by itself; the page Try it sends one."))),
    view.id && h(Opened, { id: view.id, onClose: () => setView({ ...view, id: "" }) }),
  ];
}

const cost = (request) => request.attempts.reduce((sum, attempt) => (attempt.record ? (sum ?? 0n) + attempt.record.cost_usd : sum), null);
const served = (request) => request.attempts.at(-1);

function LiveTable({ requests, onOpen }) {
  return h(
    Card,
    null,
    div(
      { class: "table", tabindex: 0, role: "region", "aria-label": "Requests" },
      table(
        thead(tr(["At", "Who", "Asked for", "Ran on", "State", "Held", "Cost", ""].map((words, at) => th({ scope: "col", class: at === 5 || at === 6 ? "number" : "", key: at }, words || span({ class: "hidden" }, "Details"))))),
        tbody(
          requests.map((request) =>
            tr(
              { key: request.id },
              td(h(When, { at: request.at, style: "clock" })),
              td(who(request)),
              td(request.model, request.stream && span({ class: "muted" }, " stream"), request.api !== "chat" && span({ class: "muted" }, " " + request.api)),
              td(served(request) ? [served(request).model, span({ class: "muted" }, " on " + served(request).backend)] : span({ class: "muted" }, "nothing")),
              td(h(Ending, { request })),
              td({ class: "number" }, served(request) ? h(Money, { of: request.state === "running" ? served(request).held_usd : served(request).hold_usd }) : "–"),
              td({ class: "number" }, h(Money, { of: cost(request) })),
              td(button({ type: "button", class: "quiet", onClick: () => onOpen(request.id), "aria-label": "Open request " + request.id }, "Open")),
            ),
          ),
        ),
      ),
    ),
  );
}

const who = ({ key, team, user }) => [key ?? span({ class: "muted" }, "anybody"), (team || user) && span({ class: "muted" }, " " + [team, user].filter(Boolean).join(", "))];

function Ending({ request }) {
  if (request.state === "running") return h(Badge, { kind: "warn" }, "under way");
  if (request.state === "served") {
    const outcome = served(request)?.record?.outcome;
    return [h(Badge, { kind: outcome && outcome !== "completed" ? "warn" : "good" }, String(request.status)), outcome && outcome !== "completed" && outcome];
  }
  return [h(Badge, { kind: "bad" }, String(request.status)), span({ class: "small" }, request.error ?? "")];
}

function Opened({ id, onClose }) {
  const { data, problem } = useLive((signal) => get("/admin/v1/requests/" + encodeURIComponent(id), signal), [id], 1, { on: ["requests"] });
  return h(
    Dialog,
    { title: "Request", onClose },
    p(
      span({ class: "mono" }, id),
      " ",
      button({ type: "button", class: "quiet", onClick: () => navigator.clipboard?.writeText(id).then(() => note("The id is copied.")) }, "Copy id"),
    ),
    h(State, { data, problem }, data && h(Details, { request: data })),
  );
}

const facts = (pairs) => dl(pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => [dt(name), dd(value)]));

function Details({ request }) {
  return [
    facts([
      ["Came", h(When, { at: request.at })],
      ["From", who(request)],
      ["Tags", request.tags.join(", ")],
      ["Asked for", request.model + (request.stream ? ", as a stream" : "") + " (" + request.api + ")"],
      ["Ended", h(Ending, { request })],
      ["Took", request.duration_ms === null ? "still under way" : Number(request.duration_ms).toFixed(1) + " ms"],
    ]),
    request.excluded.length > 0 && [
      h3("Not sent to"),
      ul({ class: "plain rows" }, request.excluded.map((exclusion, at) => li({ key: at }, span({ class: "strong" }, exclusion.backend + " / " + exclusion.model), ": " + exclusion.reason, span({ class: "muted" }, " (" + exclusion.reconciler + ")")))),
    ],
    request.attempts.map((attempt, at) => [
      h3(request.attempts.length > 1 ? "Attempt " + (at + 1) : "Sent to"),
      facts([
        ["Backend", attempt.backend + " (" + attempt.location + ")"],
        ["Model", attempt.model + (attempt.fallback ? ", a fallback" : "")],
        ["Why there", attempt.reason],
        ["Expected", h(Money, { of: attempt.estimate_usd })],
        ["Held at first", [h(Money, { of: attempt.hold_usd }), ", for " + count(attempt.held_tokens) + " tokens of output"]],
        ["Extended", attempt.covered_tokens > attempt.held_tokens ? "up to " + count(attempt.covered_tokens) + " tokens" : "not"],
        ["Held now", request.state === "running" ? h(Money, { of: attempt.held_usd }) : ""],
        ["At the most", h(Money, { of: attempt.worst_case_usd })],
        ["Clamped", attempt.clamped ? "yes: the budget pays for a shorter answer only" : ""],
      ]),
      attempt.record ? h(Charged, { record: attempt.record }) : request.state !== "running" && p({ class: "muted" }, "Nothing was charged."),
    ]),
    request.attempts.length === 0 && p({ class: "muted" }, "It was sent nowhere, so nothing was charged."),
  ];
}

const USAGE = { input_tokens: "input", cached_input_tokens: "of it cached", cache_write_tokens: "of it written to the cache", audio_input_tokens: "of it audio", output_tokens: "output", reasoning_tokens: "of it reasoning", audio_output_tokens: "of it audio" };

function Charged({ record }) {
  const usage = Object.entries(USAGE).filter(([field]) => record.usage[field] > 0);
  return facts([
    ["Usage", usage.length ? usage.map(([field, words]) => count(record.usage[field]) + " " + words).join(", ") : "none"],
    ["Known", { reported: "as the provider reported it", stated: "by the cost that the provider stated", counted: "counted with the model's vocabulary", estimated: "estimated" }[record.precision]],
    ["Price", span({ class: "mono" }, record.price)],
    ["Cost", h(Money, { of: record.cost_usd, strong: true })],
    ["Outcome", record.outcome],
    ["Charged to", record.budgets.join(", ") || "no budget"],
  ]);
}

/** Takes back what an unanswered request was charged. */
function Forgive({ record, onClose, onDone }) {
  return h(
    Confirmed,
    {
      verb: "take it back",
      onCancel: onClose,
      onDone() {
        onClose();
        onDone();
      },
      review: () => p("The ", h(Money, { of: record.cost_usd }), " that this request was charged are given back to its budgets. The record stays, with a correction beside it. This cannot be undone."),
      async act(reason) {
        const until = new Date(Date.parse(record.at) + 1).toISOString();
        const done = await post("/admin/v1/forgive", { since: record.at, until, request_id: record.id }, { reason });
        note(done.forgiven > 0n || done.forgiven > 0 ? "Taken back" : "It had been taken back before");
      },
    },
    p({ class: "notice" }, "It was sent and never answered, so the most that it can have cost is charged. If the provider's bill does not have it, take it back."),
  );
}

function Ledger({ admin, view, setView }) {
  const only = without(FILTERS, admin);
  const asked = { outcome: view.outcome, ...Object.fromEntries(only.map((name) => [name, view[name]])) };
  const path = "/admin/v1/records" + query({ ...asked, limit: PAGE });
  const { data, problem, refresh } = useLive((signal) => get(path, signal), [path], 5, REPORT);
  const [older, setOlder] = useState({ path: "", data: [], next: null });
  const [opened, setOpened] = useState(null);
  useEffect(() => setOlder({ path, data: [], next: null }), [path]);
  const more = older.path === path ? older : { data: [], next: null };
  const last = more.data.length ? more.next : data?.next;
  const load = async () => {
    const page = await get(path + "&" + new URLSearchParams({ before: last }));
    setOlder({ path, data: [...more.data, ...page.data], next: page.next });
  };
  const newest = data ? (more.data.length ? data.data.filter((each) => !more.data.some((old) => same(old, each))) : data.data) : [];
  const all = [...newest, ...more.data];
  return [
    div(
      { class: "filters" },
      only.map((name) => h(Field, { key: name, name: "Only " + name, id: "only-" + name }, h(Search, { id: "only-" + name, name: "Only " + name, value: view[name] ?? "", onChange: (value) => setView({ ...view, [name]: value }) }))),
      h(Field, { name: "Outcome", id: "outcome" }, h(Select, { id: "outcome", value: view.outcome ?? "", options: OUTCOMES.map((each) => [each, each || "All"]), onChange: (outcome) => setView({ ...view, outcome }) })),
    ),
    h(
      State,
      { data, problem },
      data &&
        (all.length
          ? h(
              Card,
              null,
              div(
                { class: "table", tabindex: 0, role: "region", "aria-label": "Records" },
                table(
                  thead(tr(["Ended", "Who", "Model", "Backend", "Input", "Output", "Outcome", "Cost", ""].map((words, at) => th({ scope: "col", class: [4, 5, 7].includes(at) ? "number" : "", key: at }, words || span({ class: "hidden" }, "Details"))))),
                  tbody(
                    all.map((record) =>
                      tr(
                        { key: record.id + "/" + record.attempt + "/" + record.revision },
                        td(h(When, { at: record.at })),
                        td(who(record)),
                        td(record.model),
                        td(record.backend),
                        td({ class: "number" }, count(record.usage.input_tokens)),
                        td({ class: "number" }, count(record.usage.output_tokens)),
                        td(h(Badge, { kind: record.outcome === "completed" ? "good" : "warn" }, record.outcome)),
                        td({ class: "number" }, h(Money, { of: record.cost_usd })),
                        td(button({ type: "button", class: "quiet", onClick: () => setOpened(record), "aria-label": "Open record " + record.id }, "Open")),
                      ),
                    ),
                  ),
                ),
              ),
              last && div({ class: "pager" }, button({ type: "button", onClick: load }, "Older")),
            )
          : h(Empty, null, "No record is like that.")),
    ),
    opened &&
      h(
        Dialog,
        { title: "Record", onClose: () => setOpened(null) },
        p(span({ class: "mono" }, opened.id)),
        facts([
          ["Ended", h(When, { at: opened.at })],
          ["From", who(opened)],
          ["Tags", opened.tags.join(", ")],
          ["Model", opened.model + " of " + opened.provider + " on " + opened.backend],
          ["API", opened.api],
        ]),
        h(Charged, { record: opened }),
        opened.outcome === "unknown" && admin.role === "viewer" && p({ class: "muted" }, LOOKS_ONLY),
        opened.outcome === "unknown" && admin.role === "admin" && h(Forgive, { record: opened, onClose: () => setOpened(null), onDone: refresh }),
      ),
  ];
}

const same = (one, other) => one.id === other.id && one.attempt === other.attempt && one.revision === other.revision;
