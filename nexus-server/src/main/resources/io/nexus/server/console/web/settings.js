// What is in force, and who changed what.

import { h } from "./preact.js";
import { useState } from "./hooks.js";
import { get, patch, post, query } from "./api.js";
import { note } from "./dialog.js";
import { When } from "./format.js";
import { useLive } from "./live.js";
import { stringify, text } from "./money.js";
import { Act, Card, Empty, State, tags } from "./ui.js";

const { div, li, p, pre, span, table, tbody, td, th, thead, tr, ul } = tags;

export function Settings() {
  const changes = useLive((signal) => get("/admin/v1/changes" + query({ limit: 100 }), signal), [], 1, { on: ["change"] });
  const configuration = useLive((signal) => get("/admin/v1/configuration", signal), [], 5, { on: ["change"] });
  return [
    h("h1", null, "Settings and changes"),
    h(State, { data: changes.data, problem: changes.problem }, changes.data && h(Changes, { changes: changes.data.data, refresh: changes.refresh })),
    h(
      State,
      { data: configuration.data, problem: configuration.problem },
      configuration.data &&
        h(
          Card,
          { title: "The configuration in force", id: "configuration", actions: h(Reload, { onDone: configuration.refresh }) },
          div({ class: "muted small" }, "As nexus check prints it, secrets masked. Behind a value stands the variable that sets it, or that it is the default; the others are those of nexus.toml. What the admin API has changed stands above, and with each budget, key, price and limit."),
          pre({ class: "mono toml", tabindex: 0, role: "region", "aria-label": "Configuration" }, configuration.data.toml),
        ),
    ),
  ];
}

/** Has nexus.toml read anew, and says what came of it. */
function Reload({ onDone }) {
  const [said, setSaid] = useState(null);
  async function reload() {
    setSaid({ busy: true });
    try {
      const done = await post("/admin/v1/reload");
      setSaid({ needs: done.needs_restart, notices: done.notices });
      onDone();
    } catch (failure) {
      setSaid({ problem: failure.message });
    }
  }
  return div(
    h(Act, { disabled: said?.busy, onClick: reload }, said?.busy ? "Reloading …" : "Reload nexus.toml"),
    said?.problem && p({ class: "notice bad", role: "alert" }, said.problem),
    said?.needs && p({ class: "notice", role: "status" }, said.needs.length ? "In force, but for what needs a restart: " + said.needs.join(", ") : "nexus.toml is in force as it is now."),
    said?.notices?.length > 0 && ul(said.notices.map((words) => li({ key: words }, words))),
  );
}

function Changes({ changes, refresh }) {
  return h(
    Card,
    { title: "Changes", id: "changes" },
    changes.length
      ? div(
          { class: "table", tabindex: 0, role: "region", "aria-label": "Changes" },
          table(
            thead(tr(["When", "What", "Of", "Before", "After", "By", "Why", ""].map((words, at) => th({ scope: "col", key: at }, words || span({ class: "hidden" }, "Actions"))))),
            tbody(
              changes.map((change) =>
                tr(
                  { key: change.at + change.target },
                  td(h(When, { at: change.at })),
                  td(change.action),
                  td(change.target),
                  td(value(change.before)),
                  td(value(change.after)),
                  td(span({ class: "mono" }, change.by.admin_key), div({ class: "muted small" }, change.by.address)),
                  td(change.reason ?? ""),
                  td(change.action === "budget.limit" && change.before && h(Act, { class: "quiet", onClick: () => back(change, seen(changes, change), refresh), "aria-label": "Set the limit of " + change.target + " back to " + text(change.before.limit) }, "Set back")),
                ),
              ),
            ),
          ),
        )
      : h(Empty, null, "Nothing has been changed by the admin API or this console yet. nexus.toml's own history is where you keep the file."),
  );
}

const value = (of) =>
  of === null || of === undefined
    ? span({ class: "muted" }, "none")
    : span({ class: "small" }, Object.entries(of).filter(([, field]) => field !== null && !(Array.isArray(field) && !field.length)).map(([name, field]) => name + " " + (typeof field === "bigint" ? text(field) : typeof field === "string" ? field : stringify(field))).join(", "));

/** The version of the budget that is on the page: its newest change, but for those of what it has spent. */
const seen = (changes, { target }) => changes.find((other) => other.target === target && other.action.startsWith("budget.") && other.action !== "budget.reset").version;

async function back(change, version, refresh) {
  const at = "/admin/v1/budgets/" + change.target.split("/").map(encodeURIComponent).join("/");
  try {
    const changed = await patch(at, { limit: change.before.limit }, { version });
    note("Limit of " + change.target + " is " + text(change.before.limit) + " again", () => patch(at, { limit: change.after.limit }, { version: changed.version }));
    refresh();
  } catch (failure) {
    note("Not set back: " + failure.message);
  }
}
