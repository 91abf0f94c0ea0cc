// Who may come, and what each has spent.

import { h } from "./preact.js";
import { useState } from "./hooks.js";
import { get, patch, post, query, remove } from "./api.js";
import { Confirmed, Dialog, note } from "./dialog.js";
import { count, Money, When } from "./format.js";
import { REPORT, useLive } from "./live.js";
import { nanos } from "./money.js";
import { Act, Badge, Card, Empty, Field, Link, Search, Select, State, tags } from "./ui.js";

const { button, div, input, p, span, strong, table, tbody, td, th, thead, tr } = tags;

const PAGE = 200;

export function Keys({ who, view, setView }) {
  const [dialog, setDialog] = useState(null);
  const search = view.search ?? "";
  // Where each page began, to step back.
  const pages = (view.pages ?? "").split(" ").filter(Boolean);
  const path = "/admin/v1/keys" + query({ search, limit: PAGE, after: pages.at(-1) });
  const { data, problem, refresh } = useLive((signal) => get(path, signal), [path], 2, { on: ["change"] });
  const spend = useLive((signal) => get("/admin/v1/spend" + query({ by: "key", since: "30d", groups: 1000 }), signal), [], 10, REPORT);
  const spent = new Map((spend.data?.data ?? []).filter((line) => !line.other).map((line) => [line.group, line.cost_usd]));
  const found = data?.data ?? [];
  const turn = (next) => setView({ ...view, pages: next.join(" ") });
  const close = () => {
    setDialog(null);
    refresh();
  };
  return [
    div({ class: "page-head" }, h("h1", null, "Keys and teams"), h(Act, { class: "primary", onClick: () => setDialog({ kind: "create" }) }, "Create a key")),
    div({ class: "filters" }, h(Search, { id: "search", name: "Search keys", placeholder: "Name, team, user or tag", value: view.search ?? "", onChange: (value) => setView({ ...view, search: value, pages: "" }) })),
    h(
      State,
      { data, problem },
      data &&
        (found.length
          ? h(
              Card,
              null,
              h(KeyTable, { keys: found, spent, onOpen: setDialog, refresh }),
              (pages.length > 0 || data.has_more) &&
                div(
                  { class: "pager", role: "navigation", "aria-label": "Pages" },
                  button({ type: "button", disabled: !pages.length, onClick: () => turn(pages.slice(0, -1)) }, "Back"),
                  span(pages.length * PAGE + 1 + " to " + (pages.length * PAGE + found.length) + " of " + data.total),
                  button({ type: "button", disabled: !data.has_more, onClick: () => turn([...pages, found.at(-1).name]) }, "Next"),
                ),
            )
          : h(Empty, null, search ? "No key is like that." : who.team ? "Your team has no key yet." : "There is no client's key, so everybody who reaches this gateway may come. The first key that is created closes it to all others.")),
    ),
    !who.team && h(Teams),
    dialog?.kind === "create" && h(Create, { team: who.team, first: !who.team && !search && data?.total === 0, onClose: close, onMade: (made) => setDialog({ kind: "secret", made }) }),
    dialog?.kind === "rotate" && h(Rotate, { name: dialog.key.name, version: dialog.key.version, onClose: close, onMade: (made) => setDialog({ kind: "secret", made }) }),
    dialog?.kind === "revoke" && h(Revoke, { name: dialog.key.name, version: dialog.key.version, onClose: close }),
    dialog?.kind === "secret" && h(Secret, { made: dialog.made, onClose: close }),
  ];
}

function KeyTable({ keys, spent, onOpen, refresh }) {
  return div(
    { class: "table", tabindex: 0, role: "region", "aria-label": "Keys" },
    table(
      thead(tr(["Name", "Team", "User", "Tags", "Models", "Limits", "Spent in 30 days", "Last use", "Expires", "From", ""].map((words, at) => th({ scope: "col", class: at === 6 ? "number" : "", key: at }, words || span({ class: "hidden" }, "Actions"))))),
      tbody(
        keys.map((key) =>
          tr(
            { key: key.name },
            th({ scope: "row" }, h(Link, { to: "spend?by=model&key=" + encodeURIComponent(key.name) }, key.name), key.disabled && [" ", h(Badge, { kind: "bad" }, "disabled")]),
            td(key.team ?? ""),
            td(key.user ?? ""),
            td(key.tags.join(", ")),
            td(key.models?.length ? key.models.join(", ") : span({ class: "muted" }, "all")),
            td(h(Limits, { of: key, budget: "key/" + key.name })),
            td({ class: "number" }, h(Money, { of: spent.get(key.name) ?? 0n })),
            td(key.last_used_at ? h(When, { at: key.last_used_at }) : span({ class: "muted" }, "–")),
            td(key.expires_at ? h(When, { at: key.expires_at }) : span({ class: "muted" }, "never")),
            td(key.source === "admin" ? "console or API" : "nexus.toml", div({ class: "mono muted" }, key.fingerprint)),
            td(
              key.source === "admin" && h(Act, { class: "quiet", onClick: () => onOpen({ kind: "rotate", key }), "aria-label": "Rotate key " + key.name }, "Rotate"),
              h(Act, { class: "quiet", onClick: () => disable(key, !key.disabled, refresh), "aria-label": (key.disabled ? "Enable key " : "Disable key ") + key.name }, key.disabled ? "Enable" : "Disable"),
              h(Act, { class: "quiet", onClick: () => onOpen({ kind: "revoke", key }), "aria-label": "Revoke key " + key.name }, "Revoke"),
            ),
          ),
        ),
      ),
    ),
  );
}

const UNITS = ["requests", "tokens", "parallel"];

/** The budget and the limits that are a key's or a team's own. */
function Limits({ of, budget }) {
  if (of.limit === null && !of.limits) return span({ class: "muted" }, "none");
  return [
    of.limit !== null && div(h(Link, { to: "budgets?search=" + encodeURIComponent(budget) }, h(Money, { of: of.limit })), " " + of.window),
    of.limits && div({ class: "small" }, UNITS.filter((unit) => of.limits[unit] !== undefined).map((unit) => count(of.limits[unit]) + " " + unit).join(", ") + " " + of.limits.window),
  ];
}

/** The teams that are laid down by name; keys may name others, too. */
function Teams() {
  const { data, problem } = useLive((signal) => get("/admin/v1/teams?limit=1000", signal), [], 2, { on: ["change"] });
  const spend = useLive((signal) => get("/admin/v1/spend" + query({ by: "team", since: "30d", groups: 1000 }), signal), [], 10, REPORT);
  const spent = new Map((spend.data?.data ?? []).filter((line) => !line.other).map((line) => [line.group, line.cost_usd]));
  return h(
    Card,
    { title: "Teams", id: "teams" },
    h(
      State,
      { data, problem },
      data &&
        (data.data.length
          ? div(
              { class: "table", tabindex: 0, role: "region", "aria-label": "Teams" },
              table(
                thead(tr(["Name", "Limits", "Models", "Spent in 30 days", "From"].map((words, at) => th({ scope: "col", class: at === 3 ? "number" : "", key: at }, words)))),
                tbody(
                  data.data.map((team) =>
                    tr(
                      { key: team.name },
                      th({ scope: "row" }, h(Link, { to: "spend?by=key&team=" + encodeURIComponent(team.name) }, team.name)),
                      td(h(Limits, { of: team, budget: team.budget })),
                      td(team.models.length ? team.models.join(", ") : span({ class: "muted" }, "all")),
                      td({ class: "number" }, h(Money, { of: spent.get(team.name) ?? 0n })),
                      td(team.source === "admin" ? "console or API" : "nexus.toml"),
                    ),
                  ),
                ),
              ),
            )
          : h(Empty, null, "There is none by name. [[teams]] in nexus.toml, or POST /admin/v1/teams, gives the keys of a team a budget that they share.")),
    ),
  );
}

const at = (name) => "/admin/v1/keys/" + encodeURIComponent(name);

/** Keeps a key out for a time, or lets it in again. */
async function disable(key, disabled, refresh) {
  try {
    // What the file says is in force again where nothing overrides it.
    const changed = await patch(at(key.name), { disabled: disabled || (key.source === "admin" ? false : null) }, { version: key.version });
    note("Key " + key.name + (disabled ? " is refused until it is enabled" : " is let in again"), () => disable(changed, !disabled, refresh));
    refresh();
  } catch (failure) {
    note("Not changed: " + failure.message);
  }
}

const listed = (text) => text.split(",").map((each) => each.trim()).filter(Boolean);

const WINDOWS = [
  ["hourly", "Hour"],
  ["daily", "Day"],
  ["weekly", "Week"],
  ["monthly", "Month"],
  ["lifetime", "Its life"],
];

const rules = ({ models, limit, window, expires }) => ({
  models: models.trim() ? listed(models) : undefined,
  limit: limit ? nanos(limit) : undefined,
  window: limit ? window : undefined,
  expires_at: expires ? new Date(expires).toISOString() : undefined,
});

function Create({ team, first, onClose, onMade }) {
  const [fields, setFields] = useState({ name: "", team: team ?? "", user: "", tags: "", models: "", limit: "", window: "monthly", expires: "" });
  const field = (name, words, hint, type = "text") =>
    h(Field, { name: words, id: "key-" + name, hint }, input({ id: "key-" + name, type, autocomplete: "off", value: fields[name], "aria-describedby": hint ? "key-" + name + "-hint" : undefined, onInput: (event) => setFields({ ...fields, [name]: event.currentTarget.value }) }));
  return h(
    Dialog,
    { title: "Create a key", onClose },
    h(
      Confirmed,
      {
        verb: "create it",
        onCancel: onClose,
        onDone: onMade,
        review() {
          if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(fields.name)) throw new Error("The name has to be up to 64 letters, digits, dots, dashes and underscores, a letter or digit first.");
          if (fields.limit && nanos(fields.limit) === null) throw new Error("The limit has to be a number of US dollars.");
          if (fields.expires && !(Date.parse(fields.expires) > Date.now())) throw new Error("It has to expire in the future.");
          return [p("A key named ", strong(fields.name), fields.team && [" of team ", strong(fields.team)], " is created. It is shown once."), first && p({ class: "notice warn" }, "It is the first one: from then on every request needs a key.")];
        },
        act: (reason) => post("/admin/v1/keys", { name: fields.name, team: fields.team || undefined, user: fields.user || undefined, tags: listed(fields.tags), ...rules(fields) }, { reason }),
      },
      field("name", "Name"),
      !team && field("team", "Team"),
      field("user", "User"),
      field("tags", "Tags", "With commas between them"),
      field("models", "Models", "Those it may ask for, such as gpt-4o*, with commas between them; empty for all"),
      field("limit", "A budget of its own, in US dollars", "Empty for none"),
      fields.limit && h(Field, { name: "For each", id: "key-window" }, h(Select, { id: "key-window", value: fields.window, options: WINDOWS, onChange: (window) => setFields({ ...fields, window }) })),
      field("expires", "Expires", "Empty for never", "datetime-local"),
    ),
  );
}

function Secret({ made, onClose }) {
  const [copied, setCopied] = useState(false);
  return h(
    Dialog,
    { title: "Key " + made.name, onClose },
    p("This is the only time that it is shown. Keep it where secrets are kept."),
    p({ class: "notice mono", id: "secret" }, made.key),
    div(
      { class: "buttons" },
      button({ type: "button", onClick: () => navigator.clipboard?.writeText(made.key).then(() => setCopied(true)) }, copied ? "Copied" : "Copy"),
      button({ type: "button", class: "primary", onClick: onClose }, "Done"),
    ),
  );
}

function Rotate({ name, version, onClose, onMade }) {
  return h(
    Dialog,
    { title: "Rotate key " + name, onClose },
    h(Confirmed, {
      verb: "rotate it",
      onCancel: onClose,
      onDone: onMade,
      review: () => p("Another secret for ", strong(name), " is made and shown once. The one in use now is taken for another day."),
      act: (reason) => post(at(name) + "/rotate", {}, { reason, version }),
    }, p("Clients go on with the present secret until they have the new one.")),
  );
}

function Revoke({ name, version, onClose }) {
  const [typed, setTyped] = useState("");
  return h(
    Dialog,
    { title: "Revoke key " + name, onClose },
    h(
      Confirmed,
      {
        verb: "revoke it",
        danger: true,
        onCancel: onClose,
        onDone: () => {
          note("Key " + name + " is revoked");
          onClose();
        },
        review() {
          if (typed !== name) throw new Error("Type the key's name to go on.");
          return p("The next request with ", strong(name), " is refused; requests under way go on. ", strong("This cannot be undone."));
        },
        act: (reason) => remove(at(name), { reason, version }),
      },
      h(Field, { name: "Type " + name + " to go on", id: "sure" }, input({ id: "sure", autocomplete: "off", value: typed, onInput: (event) => setTyped(event.currentTarget.value) })),
    ),
  );
}
