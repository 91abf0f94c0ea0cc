package io.nexus.bench.load;

import java.util.concurrent.locks.LockSupport;

/** The generators' time. */
interface Ticker {

  /** The real one. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos) {
          for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
          }
        }
      };

  /** As {@link System#nanoTime}. */
  long nanoTime();

  /** Returns when {@link #nanoTime} has reached the time, at once if it has passed. */
  void sleepUntil(long nanos);
}
