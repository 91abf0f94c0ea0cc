// Every budget with its bar, and what can be done to it.

import { h } from "./preact.js";
import { useState } from "./hooks.js";
import { get, patch, post, query } from "./api.js";
import { Confirmed, Dialog, note } from "./dialog.js";
import { forecast } from "./forecast.js";
import { Money, percent, When } from "./format.js";
import { useLive } from "./live.js";
import { decimal, nanos, text } from "./money.js";
import { Act, Badge, Bar, Empty, Field, Link, Pager, Search, Select, State, Status, tags } from "./ui.js";

const { button, div, fieldset, input, label, legend, li, p, span, strong, ul } = tags;

const PAGE = 50;
const STATUSES = [
  ["", "All"],
  ["Normal", "Normal"],
  ["SoftLimit", "Soft limit"],
  ["HardLimit", "Hard limit"],
];
const ORDERS = [
  ["tightest", "Tightest first"],
  ["spent", "Most spent first"],
  ["name", "By name"],
];

export function Budgets({ who, view, setView }) {
  const [changed, setChanged] = useState(null);
  const search = view.search ?? "";
  const status = view.status ?? "";
  const sort = view.sort ?? "tightest";
  const offset = Number(view.offset ?? 0);
  const path = "/admin/v1/standings" + query({ of: view.of, search, status, sort, offset: offset || "", limit: PAGE });
  const { data, problem, refresh } = useLive((signal) => get(path, signal), [path], 1, {
    on: ["spend", "change"],
    // Which budgets a page has, and in which order, is looked at anew now and then.
    merge: (before, news) => {
      const fresh = new Map(news.budgets.map((budget) => [budget.name, budget]));
      if (before.data.some((budget) => fresh.get(budget.name) && fresh.get(budget.name).status !== budget.status)) return undefined;
      return { ...before, data: before.data.map((budget) => (fresh.has(budget.name) ? { ...fresh.get(budget.name), values: budget.values } : budget)) };
    },
  });
  const set = (change) => setView({ ...view, offset: "", ...change });
  return [
    h("h1", null, view.of ? "Budgets of " + view.of : "Budgets"),
    view.of && p(h(Link, { to: "budgets" }, "All budgets")),
    div(
      { class: "filters" },
      h(Search, { id: "search", name: "Search budgets", placeholder: "Name, team, key …", value: search, onChange: (value) => set({ search: value }) }),
      h(Select, { id: "status", name: "Status", value: status, options: STATUSES, onChange: (value) => set({ status: value }) }),
      h(Select, { id: "sort", name: "Order", value: sort, options: ORDERS, onChange: (value) => set({ sort: value }) }),
    ),
    h(
      State,
      { data, problem },
      data && [
        data.data.length
          ? ul(
              { class: "plain budgets" },
              data.data.map((budget) => h(Row, { key: budget.name, budget, zone: data.time_zone, onChange: () => setChanged(budget) })),
            )
          : h(Empty, null, search || status ? "No budget is like that." : who.team ? "No budget is for your team or one of its keys." : "There is no budget yet. [budget] monthly_limit = 100 in nexus.toml limits all spend, [[budgets]] that of a key, team, user, tag or model."),
        h(Pager, { offset, limit: PAGE, total: data.total, onChange: (next) => setView({ ...view, offset: next || "" }) }),
      ],
    ),
    changed && h(Change, { who, budget: changed, onClose: () => setChanged(null), onDone: refresh }),
  ];
}

function Row({ budget, zone, onChange }) {
  const ahead = forecast(budget);
  return li(
    { class: "card budget" },
    div(
      { class: "budget-name" },
      strong(budget.name),
      " ",
      h(Status, { of: budget.status }),
      budget.shadow && h(Badge, { kind: "warn" }, "shadow: reports only"),
      budget.limit !== budget.configured_limit && h(Badge, null, "changed from " + text(budget.configured_limit)),
      div({ class: "muted small" }, matched(budget.match)),
      budget.values > 0 && h(Link, { to: "budgets?of=" + encodeURIComponent(budget.name) }, "Each of its " + budget.values),
    ),
    div(
      { class: "budget-bar" },
      h(Bar, { budget }),
      div(
        { class: "spread small" },
        span(span({ class: "key settled" }), h(Money, { of: budget.spent }), " settled"),
        span(span({ class: "key held" }), h(Money, { of: budget.held }), " held"),
        span(h(Money, { of: budget.remaining }), " free"),
      ),
    ),
    div({ class: "budget-limit" }, div(h(Money, { of: budget.limit, strong: true })), div({ class: "muted small" }, percent(budget.utilization_percent) + " used")),
    div(
      { class: "budget-when small" },
      div(budget.resets_at ? ["Resets ", h(When, { at: budget.resets_at, zone: budget.time_zone ?? zone })] : "Never resets"),
      div({ class: "muted" }, ahead?.exhausted ? ["Spent by ", h(When, { at: new Date(ahead.exhausted * 1000).toISOString(), zone }), " at this pace"] : ahead ? "Lasts until the reset at this pace" : "No forecast yet"),
    ),
    h(Act, { onClick: onChange, "aria-label": "Change budget " + budget.name }, "Change …"),
  );
}

function matched(match) {
  const conditions = Object.entries(match);
  return conditions.length ? conditions.map(([what, value]) => what + " " + value).join(", ") : "every request";
}

const KINDS = [
  ["limit", "Change the limit"],
  ["increase", "Raise it for a time"],
  ["mode", "Enforce it or only report"],
  ["reset", "Set the spend back"],
];

/** Whether a budget limits the whole team, or a key by what the key says: then its administrator may only look. */
const isLaidDown = (budget, details) =>
  details.source !== "admin" || budget.name.includes("/") || !budget.match.team || Object.keys(budget.match).length < 2;

function Change({ who, budget, onClose, onDone }) {
  const [kind, setKind] = useState("limit");
  const { data: details, problem } = useLive((signal) => get(at(budget), signal), [budget.name], 0);
  const Form = { limit: LimitForm, increase: IncreaseForm, mode: ModeForm, reset: ResetForm }[kind];
  const done = () => {
    onClose();
    onDone();
  };
  if (who.team && !(details && !isLaidDown(budget, details))) {
    const shown = h(State, { data: details, problem }, p("It was laid down for your team: your key shows it and does not change it."));
    return h(Dialog, { title: "Budget " + budget.name, onClose }, h(Bar, { budget }), shown);
  }
  return h(
    Dialog,
    { title: "Change budget " + budget.name, onClose },
    h(Bar, { budget }),
    details && h(Sources, { budget, details, onDone: done }),
    p({ class: "small" }, h(Money, { of: budget.spent }), " settled, ", h(Money, { of: budget.held }), " held, limit ", h(Money, { of: budget.limit })),
    fieldset(
      { class: "choices" },
      legend("What"),
      KINDS.map(([value, words]) =>
        label({ key: value }, input({ type: "radio", name: "kind", value, checked: kind === value, onChange: () => setKind(value) }), words),
      ),
    ),
    h(Form, { key: kind, budget, version: details?.version, increases: details?.increases ?? [], onCancel: onClose, onDone: done }),
  );
}

/** Where its limit comes from, with the way back to what the file says. */
function Sources({ budget, details, onDone }) {
  async function takeOff() {
    try {
      const { version } = await patch(at(budget), { limit: null }, { version: details.version });
      note("Limit of " + budget.name + " is that of nexus.toml again", () => patch(at(budget), { limit: budget.limit }, { version }));
      onDone();
    } catch (failure) {
      note("Not changed: " + failure.message);
    }
  }
  async function end(increase) {
    const all = details.increases;
    try {
      const { version } = await patch(at(budget), { increases: all.filter((each) => each !== increase) }, { version: details.version });
      note("Budget " + budget.name + " has no longer " + text(increase.amount) + " more", () => patch(at(budget), { increases: all }, { version }));
      onDone();
    } catch (failure) {
      note("Not changed: " + failure.message);
    }
  }
  return div(
    { class: "small muted" },
    details.source === "admin" ? "Made here or by the admin API." : "From nexus.toml" + (details.overridden ? ", changed here." : "."),
    details.disabled && " Disabled: requests pass it by.",
    details.increases?.map((increase) => [" Raised by ", h(Money, { of: increase.amount }), " until ", h(When, { at: increase.expires_at }), ".", button({ type: "button", class: "quiet", onClick: () => end(increase), "aria-label": "End the increase by " + text(increase.amount) }, "End it now")]),
    details.source !== "admin" && details.overridden && button({ type: "button", class: "quiet", onClick: takeOff }, "Back to the file's limit"),
  );
}

const at = (budget) => "/admin/v1/budgets/" + budget.name.split("/").map(encodeURIComponent).join("/");

function amount(value, name) {
  const typed = nanos(value.replaceAll(",", "").replace(/^\$/, ""));
  if (typed === null || typed < 0n) throw new Error(name + " has to be a number of US dollars, 0 or more, with at most 9 decimals.");
  return typed;
}

function LimitForm({ budget, version, onCancel, onDone }) {
  const [value, setValue] = useState(decimal(budget.limit));
  return h(
    Confirmed,
    {
      verb: "change the limit",
      onCancel,
      onDone,
      review() {
        const limit = amount(value, "The limit");
        if (limit === budget.limit) throw new Error("That is the limit already.");
        return [
          p("The limit of ", strong(budget.name), " goes from ", strong(text(budget.limit)), " to ", strong(text(limit)), ", for this and all further cycles."),
          limit < budget.spent + budget.held && p({ class: "notice warn" }, "That is less than what is settled and held: requests under way go on, and none is admitted until the reset."),
        ];
      },
      async act(reason) {
        const limit = amount(value, "The limit");
        const changed = await patch(at(budget), { limit }, { reason, version });
        note("Limit of " + budget.name + ": " + text(limit), () => patch(at(budget), { limit: budget.limit }, { version: changed.version }));
      },
    },
    h(Field, { name: "New limit in US dollars", id: "limit" }, input({ id: "limit", inputmode: "decimal", autocomplete: "off", value, onInput: (event) => setValue(event.currentTarget.value) })),
  );
}

function IncreaseForm({ budget, version, increases, onCancel, onDone }) {
  const [value, setValue] = useState("");
  const [until, setUntil] = useState(local(Date.now() + 24 * 3600e3));
  return h(
    Confirmed,
    {
      verb: "raise it",
      onCancel,
      onDone,
      review() {
        const more = amount(value, "The increase");
        if (more === 0n) throw new Error("The increase has to be above 0.");
        if (!(Date.parse(until) > Date.now())) throw new Error("The end has to be in the future.");
        return p("The limit of ", strong(budget.name), " goes from ", strong(text(budget.limit)), " to ", strong(text(budget.limit + more)), " until ", h(When, { at: new Date(until).toISOString() }), ". It ends by itself, or when somebody ends it here.");
      },
      async act(reason) {
        const more = amount(value, "The increase");
        const raised = await post(at(budget) + "/increase", { amount: more, expires_at: new Date(until).toISOString() }, { reason, version });
        note("Budget " + budget.name + " has " + text(more) + " more until " + new Date(until).toLocaleString(), () => patch(at(budget), { increases }, { version: raised.version }));
      },
    },
    h(Field, { name: "How much more, in US dollars", id: "more" }, input({ id: "more", inputmode: "decimal", autocomplete: "off", value, onInput: (event) => setValue(event.currentTarget.value) })),
    h(Field, { name: "Until", id: "until" }, input({ id: "until", type: "datetime-local", value: until, onInput: (event) => setUntil(event.currentTarget.value) })),
  );
}

/** A budget that only reports refuses nothing: to see what it would do before it does. */
function ModeForm({ budget, version, onCancel, onDone }) {
  const next = budget.shadow ? "enforce" : "shadow";
  return h(
    Confirmed,
    {
      verb: next === "shadow" ? "only report" : "enforce it",
      danger: next === "shadow",
      onCancel,
      onDone,
      review: () =>
        next === "shadow"
          ? p("From the next request on ", strong(budget.name), " refuses nothing: it only reports what it would have done.")
          : p("From the next request on ", strong(budget.name), " is enforced: what does not fit its limit is refused, or goes elsewhere."),
      async act(reason) {
        const changed = await patch(at(budget), { mode: next }, { reason, version });
        note(budget.name + (next === "shadow" ? " only reports now" : " is enforced now"), () => patch(at(budget), { mode: budget.shadow ? "shadow" : "enforce" }, { version: changed.version }));
      },
    },
    p(budget.shadow ? "It only reports what it would have done." : "It is enforced."),
  );
}

/** A time as the browser's field for it takes one. */
function local(millis) {
  const date = new Date(millis);
  return new Date(millis - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
}

function ResetForm({ budget, onCancel, onDone }) {
  const [typed, setTyped] = useState("");
  return h(
    Confirmed,
    {
      verb: "set the spend back",
      danger: true,
      onCancel,
      onDone,
      review() {
        if (typed !== budget.name) throw new Error("Type the budget's name to go on.");
        return p("The ", strong(text(budget.spent)), " that ", strong(budget.name), " has settled in this cycle stop counting against its limit. What is held stays held. Reports of spend stay as they are. ", strong("This cannot be undone."));
      },
      async act(reason) {
        await post(at(budget) + "/reset", undefined, { reason });
        note("Spend of " + budget.name + " is set back");
      },
    },
    h(Field, { name: "Type " + budget.name + " to go on", id: "sure" }, input({ id: "sure", autocomplete: "off", value: typed, onInput: (event) => setTyped(event.currentTarget.value) })),
  );
}
