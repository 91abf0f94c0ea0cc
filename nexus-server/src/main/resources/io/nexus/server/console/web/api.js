// Calls of the gateway. The key is kept in this variable and nowhere else: a reload forgets it.

import { parse, stringify } from "./money.js";

let key = "";

export function useKey(value) {
  key = value;
}

let refused = null;

/** Has it told that the gateway does not take the key any more; null for nobody. */
export function onRefused(listener) {
  refused = listener;
}

/** A call that the gateway answered with an error, or did not answer. */
export class Failure extends Error {
  constructor(status, message, body, headers) {
    super(message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

// Of a change: why it is made, for the record, and the version that was seen, so that only that is changed.
export const get = (path, signal) => call("GET", path, undefined, { signal });
export const post = (path, body, options) => call("POST", path, body, options);
export const patch = (path, body, options) => call("PATCH", path, body, options);
export const remove = (path, options) => call("DELETE", path, undefined, options);

/** A query of the parameters that are not empty. */
export function query(parameters) {
  const set = Object.entries(parameters).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return set.length ? "?" + new URLSearchParams(set) : "";
}

async function call(method, path, body, options = {}) {
  const response = await send(method, path, body, options);
  const text = await response.text();
  const json = read(text);
  if (response.status === 412) {
    throw new Failure(412, "Somebody else has changed this since you opened it, so nothing was changed: close this, look at what it is now, and try again if you still want to.", json, response.headers);
  }
  if (response.status === 401) refused?.();
  if (!response.ok) {
    throw new Failure(response.status, json?.error?.message ?? "The gateway answered " + response.status + ".", json, response.headers);
  }
  return json;
}

/** The answer as it comes, with the key shown. */
export async function send(method, path, body, { signal, headers, reason, version } = {}) {
  const all = { ...headers };
  // Headers are ASCII; the gateway decodes it.
  if (reason) all["X-Nexus-Reason"] = encodeURIComponent(reason);
  if (version !== undefined) all["If-Match"] = '"' + version + '"';
  if (key) all.Authorization = "Bearer " + key;
  if (body !== undefined) all["Content-Type"] = "application/json";
  try {
    return await fetch(path, {
      method,
      headers: all,
      body: body === undefined ? undefined : typeof body === "string" ? body : stringify(body),
      signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Failure(0, "The gateway does not answer.", null, new Headers());
  }
}

/**
 * Server-sent events, as a fetch: the browser's own way shows no key.
 *
 * @param onLife is called whenever anything comes
 * @param onEvent takes { id, kind, data }
 */
export async function listen(path, { signal, lastId, onLife }, onEvent) {
  const response = await send("GET", path, undefined, { signal, headers: lastId ? { "Last-Event-ID": lastId } : {} });
  if (!response.ok) throw new Failure(response.status, "The gateway has no events for this key.", null, response.headers);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    onLife();
    text += part.value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      tellEvent(text.slice(0, end), onEvent);
      text = text.slice(end + 2);
    }
  }
}

function tellEvent(block, onEvent) {
  const event = { id: "", kind: "", data: null };
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) event.id = line.slice(4);
    else if (line.startsWith("event: ")) event.kind = line.slice(7);
    else if (line.startsWith("data: ")) event.data = read(line.slice(6));
  }
  if (event.kind) onEvent(event);
}

function read(text) {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
