// What keeps the pages live: each asks again when something may have changed.

import { useCallback, useEffect, useRef, useState } from "./hooks.js";

const TICK_MILLIS = 1000;

// What is asked again keeps the gateway busy for a twentieth of the time at the most.
const SHARE = 20;

const listeners = new Set();
let timer = 0;

/**
 * Calls the listener whenever the gateway may have something new. All listeners share one source,
 * so that it can be another one than the clock.
 */
export function onNews(listener) {
  listeners.add(listener);
  timer ||= setInterval(() => !document.hidden && listeners.forEach((each) => each()), TICK_MILLIS);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) {
      clearInterval(timer);
      timer = 0;
    }
  };
}

/**
 * What a function loads, again on each news while the page shows it.
 *
 * @param load takes an AbortSignal and returns a promise
 * @param every loads at most once in so many seconds, and seldom what takes long; 0 for once only
 */
export function useLive(load, inputs, every = 1) {
  const [state, setState] = useState({ data: null, problem: null });
  const running = useRef({ busy: false, at: 0, took: 0, abort: null });

  const refresh = useCallback(async () => {
    const run = running.current;
    if (run.busy) return;
    run.busy = true;
    run.at = performance.now();
    const abort = new AbortController();
    run.abort = abort;
    try {
      const data = await load(abort.signal);
      if (!abort.signal.aborted) setState({ data, problem: null });
    } catch (problem) {
      if (!abort.signal.aborted) setState((before) => ({ ...before, problem }));
    } finally {
      if (run.abort === abort) {
        run.busy = false;
        run.took = performance.now() - run.at;
      }
    }
  }, inputs);

  useEffect(() => {
    const run = running.current;
    run.busy = false;
    setState({ data: null, problem: null });
    refresh();
    const stop = every
      ? onNews(() => performance.now() - run.at >= Math.max(every * 1000 - 50, run.took * SHARE) && refresh())
      : () => {};
    return () => {
      stop();
      run.abort?.abort();
      run.abort = null;
    };
  }, [refresh, every]);

  return { ...state, refresh };
}
