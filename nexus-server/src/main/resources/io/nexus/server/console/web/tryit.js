// A request to try: what the gateway foresees beside what came.

import { h } from "./preact.js";
import { useState } from "./hooks.js";
import { send } from "./api.js";
import { count, Money } from "./format.js";
import { nanos, parse } from "./money.js";
import { Badge, Card, Field, tags } from "./ui.js";

const { button, code, dd, div, dl, dt, form, h3, input, label, li, p, pre, span, textarea, ul } = tags;

export function TryIt({ who, view, setView }) {
  const [model, setModel] = useState(view.model ?? "");
  const [words, setWords] = useState("Say hello in one sentence.");
  const [most, setMost] = useState("200");
  const [tagged, setTagged] = useState("");
  const [clientKey, setClientKey] = useState("");
  const [stream, setStream] = useState(false);
  const [result, setResult] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  const body = () => JSON.stringify({ model: model.trim(), messages: [{ role: "user", content: words }], max_tokens: Number(most) || undefined, stream: stream || undefined });
  const headers = () => ({ ...(tagged.trim() ? { "X-Nexus-Tags": tagged.trim() } : {}), ...(clientKey ? { "x-api-key": clientKey } : {}) });
  // An administrator's key opens the admin API alone: requests go with the client's key that is typed in.
  const ask = (path) => fetchAs(who, path, body(), headers());

  async function run(event, sent) {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    setView({ ...view, model: model.trim() });
    try {
      const foreseen = await answer(await ask("/v1/explain"));
      const came = sent ? await answer(await ask("/v1/chat/completions")) : null;
      setResult({ foreseen, came });
    } catch (failure) {
      setProblem(failure.message);
    } finally {
      setBusy(false);
    }
  }

  return [
    h("h1", null, "Try it"),
    h(
      Card,
      null,
      form(
        { onSubmit: (event) => run(event, true) },
        h(Field, { name: "Model", id: "model" }, input({ id: "model", required: true, autocomplete: "off", value: model, placeholder: "gpt-4o", onInput: (event) => setModel(event.currentTarget.value) })),
        h(Field, { name: "Message", id: "message" }, textarea({ id: "message", rows: 3, value: words, onInput: (event) => setWords(event.currentTarget.value) })),
        div(
          { class: "filters" },
          h(Field, { name: "Most tokens", id: "most" }, input({ id: "most", inputmode: "numeric", value: most, onInput: (event) => setMost(event.currentTarget.value) })),
          h(Field, { name: "Tags", id: "tags" }, input({ id: "tags", value: tagged, onInput: (event) => setTagged(event.currentTarget.value) })),
          who.role !== "client" && h(Field, { name: "Client's key", id: "client-key" }, input({ id: "client-key", type: "password", autocomplete: "off", value: clientKey, onInput: (event) => setClientKey(event.currentTarget.value) })),
          label({ class: "check" }, input({ type: "checkbox", checked: stream, onChange: (event) => setStream(event.currentTarget.checked) }), " as a stream"),
        ),
        who.role !== "client" && p({ class: "hint" }, "Where clients need a key, the request goes with the one that you type in; it is kept until you leave this page."),
        problem && p({ class: "notice bad", role: "alert" }, problem),
        div({ class: "buttons" }, button({ type: "button", disabled: busy, onClick: (event) => run(event, false) }, "Explain only"), button({ type: "submit", class: "primary", disabled: busy }, busy ? "Waiting …" : "Send")),
      ),
    ),
    result && div({ class: "grid" }, h(Foreseen, { of: result.foreseen }), result.came && h(Came, { of: result.came })),
  ];
}

/** Calls as the client; an administrator without a client's key as anybody. */
async function fetchAs(who, path, body, headers) {
  if (who.role === "client") return send("POST", path, body, { headers });
  return fetch(path, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers }, cache: "no-store", credentials: "omit", redirect: "error" });
}

async function answer(response) {
  const words = await response.text();
  let json = null;
  try {
    json = parse(words);
  } catch {
    json = null;
  }
  return { status: response.status, headers: [...response.headers].filter(([name]) => name.startsWith("x-") || name === "retry-after"), words, json };
}

function Foreseen({ of }) {
  const decision = of.json;
  const first = decision?.candidates?.[0];
  return h(
    Card,
    { title: "Foreseen", id: "foreseen" },
    of.status !== 200
      ? p({ class: "notice bad" }, decision?.error?.message ?? "Status " + of.status)
      : [
          p(h(Badge, { kind: decision.decision === "route" ? "good" : "bad" }, decision.decision), decision.reason && " " + decision.reason),
          first &&
            dl(
              dt("Would run"),
              dd(first.model + " on " + first.backend),
              dt("Input"),
              dd(count(first.input_tokens) + " tokens, " + count(first.input_tokens_upper_bound) + " at the most (" + first.token_count + ")"),
              dt("Expected"),
              dd(h(Money, { of: first.estimate_usd })),
              dt("Would hold"),
              dd(h(Money, { of: first.hold_usd })),
              dt("At the most"),
              dd(h(Money, { of: first.worst_case_usd })),
              dt("Price from"),
              dd(first.price_source),
            ),
          decision.excluded?.length > 0 && [h3("Not sent to"), ul({ class: "plain rows" }, decision.excluded.map((each, at) => li({ key: at }, each.backend + " / " + each.model + ": " + each.reason)))],
        ],
  );
}

function Came({ of }) {
  const text = of.json?.choices?.[0]?.message?.content ?? of.json?.error?.message ?? of.words;
  const cost = of.headers.find(([name]) => name === "x-nexus-cost")?.[1];
  return h(
    Card,
    { title: "Came", id: "came" },
    p(h(Badge, { kind: of.status < 300 ? "good" : "bad" }, String(of.status)), cost && [" cost ", h(Money, { of: nanos(cost), strong: true })]),
    of.json?.usage && p({ class: "small" }, count(of.json.usage.prompt_tokens) + " tokens in, " + count(of.json.usage.completion_tokens) + " out"),
    pre({ class: "answer", tabindex: 0, role: "region", "aria-label": "Answer" }, text),
    h3("Headers"),
    dl(of.headers.map(([name, value]) => [dt(code(name)), dd(span({ class: "mono" }, value))])),
  );
}
