// What keeps the pages live: the gateway's events, and the clock while they do not come.

import { listen } from "./api.js";
import { useCallback, useEffect, useRef, useState } from "./hooks.js";

const TICK_MILLIS = 1000;
const AGAIN_MILLIS = 2000;
const QUIET_MILLIS = 40_000;

// What is asked again keeps the gateway busy for a twentieth of the time at the most; a report of the ledger, which
// may read a million records, for a two-hundredth, so that requests hardly notice that somebody looks.
const SHARE = 20;
export const REPORT = { on: ["spend"], share: 200 };

// What somebody has changed shows at once; only where many changes come is it seldom, too.
const CHANGE_MILLIS = 200;
const CHANGE_SHARE = 4;

/** What each listens to. */
const listeners = new Map();
let timer = 0;
let stream = null;
let streaming = false;
let allowed = false;

/** Whether the key may listen to events: an administrator's. */
export function mayListen(value) {
  allowed = value;
}

const tell = (kind, data) => listeners.forEach((_, listener) => listener(kind, data));

/** Requests are told of with all that is known of them: only to a page that shows them. */
const wanted = () => "change,spend,backend,alert" + ([...listeners.values()].some((on) => on.includes("requests")) ? ",requests" : "");

/** Follows the events as long as a page is there and shows; without them the clock tells. */
async function follow(kinds) {
  const abort = new AbortController();
  stream = { abort, kinds };
  let lastId = "";
  while (!abort.signal.aborted) {
    let watch = 0;
    const inTime = () => {
      clearTimeout(watch);
      watch = setTimeout(() => broken.abort(), QUIET_MILLIS);
    };
    const broken = new AbortController();
    abort.signal.addEventListener("abort", () => broken.abort());
    try {
      inTime();
      await listen("/admin/v1/events?events=" + kinds, { signal: broken.signal, lastId, onLife: inTime }, (event) => {
        lastId = event.id || lastId;
        streaming = true;
        if (event.kind !== "hello") tell(event.kind, event.data);
        // What was missed of figures is not sent again.
        else tell("all");
      });
    } catch (failure) {
      // A key that may not listen, or a gateway without events: the clock goes on.
      if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) break;
    } finally {
      clearTimeout(watch);
      if (stream?.abort === abort) streaming = false;
    }
    if (!abort.signal.aborted) await new Promise((done) => setTimeout(done, AGAIN_MILLIS));
  }
}

function hangUp() {
  stream?.abort.abort();
  stream = null;
  streaming = false;
}

function wake() {
  if (listeners.size && !document.hidden) {
    timer ||= setInterval(() => !streaming && tell("clock"), TICK_MILLIS);
    const kinds = wanted();
    if (stream && stream.kinds !== kinds) hangUp();
    if (!stream && allowed) follow(kinds);
    return;
  }
  clearInterval(timer);
  timer = 0;
  hangUp();
}

document.addEventListener("visibilitychange", wake);

/**
 * Calls the listener with the kind and the data of each event: change, spend, backend, alert,
 * requests, as far as they are listened to; all when anything may be new, and clock each second while there are no events.
 */
export function onNews(listener, on) {
  listeners.set(listener, on);
  wake();
  return () => {
    listeners.delete(listener);
    // The next page is there in a moment.
    setTimeout(() => !listeners.size && wake(), 1000);
  };
}

/**
 * What a function loads, again on news while the page shows it.
 *
 * @param load takes an AbortSignal and returns a promise
 * @param every loads at most once in so many seconds, and seldom what takes long; 0 for once only
 * @param on the kinds of events after which it is loaded again
 * @param share waits for so many times as long as loading took
 * @param merge the data with what an event says taken in; undefined to have it loaded again
 */
export function useLive(load, inputs, every = 1, { on = ["spend", "backend", "change"], merge, share = SHARE } = {}) {
  const [state, setState] = useState({ data: null, problem: null });
  const running = useRef({ busy: false, due: false, at: 0, took: 0, abort: null, data: null });

  const refresh = useCallback(async (changed = true) => {
    const run = running.current;
    if (run.busy) {
      run.due = true;
      run.changed ||= changed;
      return;
    }
    run.busy = true;
    run.due = false;
    run.changed = false;
    run.at = performance.now();
    const abort = new AbortController();
    run.abort = abort;
    try {
      const data = await load(abort.signal);
      if (!abort.signal.aborted) {
        run.data = data;
        setState({ data, problem: null });
      }
    } catch (problem) {
      if (!abort.signal.aborted) setState((before) => ({ ...before, problem }));
    } finally {
      if (run.abort === abort) {
        run.busy = false;
        run.took = performance.now() - run.at;
        // What came while this was loading may not be in it.
        if (run.due) run.again?.(run.changed);
      }
    }
  }, inputs);

  useEffect(() => {
    const run = running.current;
    run.busy = false;
    run.due = false;
    run.data = null;
    setState({ data: null, problem: null });
    refresh();
    let later = 0;
    let at = 0;
    const soon = (changed) => {
      const pause = changed ? Math.max(CHANGE_MILLIS, run.took * CHANGE_SHARE) : Math.max(every * 1000 - 50, run.took * share);
      const due = Math.max(performance.now(), run.at + pause);
      if (later && at <= due) return;
      clearTimeout(later);
      at = due;
      later = setTimeout(() => {
        later = 0;
        refresh(changed);
      }, due - performance.now());
    };
    run.again = soon;
    const heard = (kind, data) => {
      if (kind !== "all" && kind !== "clock" && !on.includes(kind)) return;
      const merged = merge && run.data && data && kind !== "change" ? merge(run.data, data, kind) : undefined;
      if (merged === undefined) {
        soon(kind === "change");
      } else if (merged !== run.data) {
        if (run.busy) run.due = true;
        run.data = merged;
        setState({ data: merged, problem: null });
      }
    };
    const stop = every ? onNews(heard, on) : () => {};
    return () => {
      stop();
      clearTimeout(later);
      run.abort?.abort();
      run.abort = null;
      run.again = null;
    };
  }, [refresh, every]);

  return { ...state, refresh };
}
