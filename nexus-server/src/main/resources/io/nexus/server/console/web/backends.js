// Who serves, how each does, and at which prices.

import { h } from "./preact.js";
import { useState } from "./hooks.js";
import { get, post } from "./api.js";
import { Confirmed, Dialog, note } from "./dialog.js";
import { count, Money, percent } from "./format.js";
import { useLive } from "./live.js";
import { dollars } from "./money.js";
import { newFigures } from "./overview.js";
import { Act, Badge, Card, Empty, Search, State, tags } from "./ui.js";

const { div, p, span, strong, table, tbody, td, th, thead, tr } = tags;

export function Backends({ view, setView }) {
  const [drained, setDrained] = useState(null);
  const { data, problem, refresh } = useLive((signal) => get("/admin/v1/overview", signal), [], 1, { merge: newFigures });
  const offers = useLive((signal) => get("/admin/v1/models", signal), [], 10, { on: ["backend", "change"] });
  // What each may be asked for by its provider: a limit by its name.
  const quotas = useLive((signal) => get("/admin/v1/limits?search=backend/&limit=1000", signal), [], 2);
  const quota = new Map((quotas.data?.data ?? []).map((limit) => [limit.name, limit.used]));
  return [
    h("h1", null, "Backends"),
    h(State, { data, problem }, data && (data.backends.length ? h(Health, { backends: data.backends, quota, onDrain: setDrained, refresh }) : h(Empty, null, "There is no backend: add [[backends]] to nexus.toml."))),
    h(State, { data: offers.data, problem: offers.problem }, offers.data && h(Prices, { offers: offers.data.data, view, setView })),
    drained && h(Drain, { name: drained, onClose: () => setDrained(null), onDone: refresh }),
  ];
}

const share = (backend) => (backend.requests ? percent((backend.errors / backend.requests) * 100) : "–");

/** How much of its requests and tokens a minute is used. Counts are no money, but named like it. */
const Quota = ({ states }) => (states.length ? states.map((state) => div({ key: state.unit }, count(state.used) + " of " + count(dollars(state.limit)) + " " + state.unit)) : span({ class: "muted" }, "–"));

function Health({ backends, quota, onDrain, refresh }) {
  return h(
    Card,
    { title: "Health", id: "health" },
    div(
      { class: "table", tabindex: 0, role: "region", "aria-label": "Backends" },
      table(
        thead(tr(["Name", "State", "Type", "Where", "Under way", "Quota used", "Latency", "Requests", "Errors", "Spend since the start", ""].map((words, at) => th({ scope: "col", class: at > 3 ? "number" : "", key: at }, words || span({ class: "hidden" }, "Actions"))))),
        tbody(
          backends.map((backend) =>
            tr(
              { key: backend.name },
              th({ scope: "row" }, backend.name),
              td(h(Badge, { kind: backend.healthy ? "good" : backend.drained ? "warn" : "bad" }, backend.healthy ? "up" : backend.drained ? "drained" : "down"), backend.circuit_open && h(Badge, { kind: "warn" }, "paused")),
              td(backend.type),
              td(backend.location),
              td({ class: "number" }, backend.pending + " of " + backend.max_concurrent),
              td({ class: "number" }, h(Quota, { states: quota.get("backend/" + backend.name) ?? [] })),
              td({ class: "number" }, Number(backend.latency_ms).toFixed(0) + " ms"),
              td({ class: "number" }, count(backend.requests)),
              td({ class: "number" }, count(backend.errors), span({ class: "muted" }, " " + share(backend))),
              td({ class: "number" }, h(Money, { of: backend.spend_usd })),
              td(
                backend.drained
                  ? h(Act, { class: "quiet", onClick: () => enable(backend.name, refresh), "aria-label": "Enable " + backend.name }, "Enable")
                  : h(Act, { class: "quiet", onClick: () => onDrain(backend.name), "aria-label": "Drain " + backend.name }, "Drain"),
                h(Act, { class: "quiet", onClick: () => probe(backend.name, refresh), "aria-label": "Probe " + backend.name }, "Probe now"),
              ),
            ),
          ),
        ),
      ),
    ),
    p({ class: "muted small" }, "Paused: it failed at several requests in a row, and one is tried now and then. A backend that is down is asked every [health_check] interval_seconds."),
  );
}

const at = (name) => "/admin/v1/backends/" + encodeURIComponent(name);

async function enable(name, refresh) {
  try {
    const { version } = await post(at(name) + "/enable", undefined, { version: (await get(at(name))).version });
    note("Backend " + name + " gets requests again", () => post(at(name) + "/drain", undefined, { version }));
    refresh();
  } catch (failure) {
    note("Not changed: " + failure.message);
  }
}

async function probe(name, refresh) {
  try {
    const { up } = await post(at(name) + "/probe");
    note("Backend " + name + (up ? " is up" : " does not answer"));
    refresh();
  } catch (failure) {
    note("Not asked: " + failure.message);
  }
}

function Drain({ name, onClose, onDone }) {
  return h(
    Dialog,
    { title: "Drain backend " + name, onClose },
    h(
      Confirmed,
      {
        verb: "drain it",
        danger: true,
        onCancel: onClose,
        onDone() {
          onClose();
          onDone();
        },
        review: () => p("From the next request on nothing goes to ", strong(name), ", on all gateways, until it is enabled. Requests under way go on."),
        async act(reason) {
          const { version } = await get(at(name));
          const drained = await post(at(name) + "/drain", undefined, { reason, version });
          note("Backend " + name + " is drained", () => post(at(name) + "/enable", undefined, { version: drained.version }));
        },
      },
      p("For maintenance, or while its provider has trouble."),
    ),
  );
}

function Prices({ offers, view, setView }) {
  const search = (view.search ?? "").toLowerCase();
  const found = offers.filter((offer) => !search || [offer.model, offer.backend, offer.provider].some((text) => text.toLowerCase().includes(search)));
  return h(
    Card,
    { title: "Models and prices", id: "prices", actions: h(Search, { id: "search", name: "Search models", placeholder: "Model or backend", value: view.search ?? "", onChange: (value) => setView({ ...view, search: value }) }) },
    found.length
      ? div(
          { class: "table", tabindex: 0, role: "region", "aria-label": "Models and prices in US dollars for a million tokens" },
          table(
            thead(tr(["Model", "Backend", "Input", "Cached input", "Output", "Price from"].map((words, at) => th({ scope: "col", class: at > 1 && at < 5 ? "number" : "", key: at }, words)))),
            tbody(
              found.slice(0, 500).map((offer) =>
                tr(
                  { key: offer.model + " " + offer.backend },
                  th({ scope: "row" }, offer.model),
                  td(offer.backend, !offer.healthy && [" ", h(Badge, { kind: "bad" }, "down")]),
                  [offer.input_usd_per_million, offer.cached_input_usd_per_million, offer.output_usd_per_million].map((rate, at) => td({ class: "number", key: at }, h(Money, { of: rate }))),
                  td(offer.source, !offer.known && [" ", h(Badge, { kind: "warn" }, "unknown model")]),
                ),
              ),
            ),
          ),
        )
      : h(Empty, null, search ? "No model is called so." : "No backend has told of a model yet."),
    p({ class: "muted small" }, "US dollars for a million tokens. [[pricing]] in nexus.toml wins over the built-in table."),
  );
}
