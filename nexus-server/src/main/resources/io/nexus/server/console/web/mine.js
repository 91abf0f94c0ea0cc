// What a client's own key sees: its budgets, its spend, the models that it may use. Nobody else's.

import { h } from "./preact.js";
import { get, query } from "./api.js";
import { count, Money, percent, When } from "./format.js";
import { useLive } from "./live.js";
import { Badge, Bar, Card, Empty, Select, State, Status, tags } from "./ui.js";

const { div, li, p, span, table, tbody, td, tfoot, th, thead, tr, ul } = tags;

const GROUPS = [
  ["model", "By model"],
  ["day", "By day"],
  ["backend", "By backend"],
  ["tag", "By tag"],
];

export function Mine({ view, setView }) {
  const own = useLive((signal) => get("/v1/key", signal), []);
  const models = useLive((signal) => get("/v1/models", signal), [], 30);
  const by = GROUPS.some(([each]) => each === view.by) ? view.by : "model";
  const spend = useLive((signal) => get("/v1/spend" + query({ by, since: "30d" }), signal), [by], 2);
  return [
    h("h1", null, "My usage"),
    h(State, { data: own.data, problem: own.problem }, own.data && h(Own, { own: own.data })),
    div(
      { class: "grid" },
      h(
        Card,
        { title: "Spend in the last 30 days", id: "spend", actions: h(Select, { id: "by", name: "Group by", value: by, options: GROUPS, onChange: (value) => setView({ ...view, by: value }) }) },
        h(State, { data: spend.data, problem: spend.problem }, spend.data && h(Lines, { spend: spend.data })),
      ),
      h(
        Card,
        { title: "Models", id: "models" },
        h(State, { data: models.data, problem: models.problem }, models.data && (models.data.data.length ? ul({ class: "plain" }, models.data.data.map((model) => li({ key: model.id, class: "spread" }, span(model.id), span({ class: "muted small" }, h(Money, { of: model.nexus.price.input_usd_per_million }), " in, ", h(Money, { of: model.nexus.price.output_usd_per_million }), " out a million")))) : h(Empty, null, "No model can be reached now."))),
      ),
    ),
  ];
}

function Own({ own }) {
  return h(
    Card,
    { title: "Key " + own.name, id: "own" },
    p({ class: "muted" }, [own.team && "team " + own.team, own.user && "user " + own.user, own.tags.length && "tags " + own.tags.join(", ")].filter(Boolean).join("; ")),
    own.budgets.length
      ? ul(
          { class: "plain rows" },
          own.budgets.map((budget) =>
            li(
              { key: budget.name },
              div({ class: "spread" }, span({ class: "strong" }, budget.name, " ", h(Status, { of: budget.status }), budget.applies_to === "some_requests" && h(Badge, null, "some requests")), span(percent(budget.utilization_percent))),
              h(Bar, { budget }),
              div(
                { class: "spread small" },
                span(h(Money, { of: budget.spent }), " settled, ", h(Money, { of: budget.held }), " held"),
                span({ class: "strong" }, h(Money, { of: budget.remaining }), " left of ", h(Money, { of: budget.limit })),
                span(budget.resets_at ? ["resets ", h(When, { at: budget.resets_at })] : "never resets"),
              ),
            ),
          ),
        )
      : h(Empty, null, "No budget limits this key."),
  );
}

function Lines({ spend }) {
  if (!spend.data.length) return h(Empty, null, "This key has spent nothing in this time.");
  const row = (name, line, cell) => tr({ key: name }, th({ scope: "row" }, name), cell({ class: "number" }, count(line.requests)), cell({ class: "number" }, h(Money, { of: line.cost_usd })));
  return table(
    thead(tr(th({ scope: "col" }, spend.by), th({ scope: "col", class: "number" }, "Requests"), th({ scope: "col", class: "number" }, "Cost"))),
    tbody(spend.data.map((line) => row(line.group ?? "none", line, td))),
    tfoot(row("Total", spend.total, th)),
  );
}
