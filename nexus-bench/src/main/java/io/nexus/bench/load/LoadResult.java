package io.nexus.bench.load;

/**
 * The result of a generator.
 *
 * @param succeeded correct answers
 * @param failed other answers, and broken connections
 * @param unsent planned requests for which no connection became free in time
 * @param seconds from the start to the last answer
 * @param latencies of all requests, failed ones and unsent ones included
 */
record LoadResult(long succeeded, long failed, long unsent, double seconds, Latencies latencies) {

  /** Requests that were sent. */
  long sent() {
    return succeeded + failed;
  }

  /** Correct answers per second. */
  double perSecond() {
    return seconds == 0 ? 0 : succeeded / seconds;
  }
}
