package io.nexus.bench.load;

/**
 * What a generator saw.
 *
 * @param succeeded answers that were as they should be
 * @param failed answers that were not, and connections that broke
 * @param unsent requests that were planned but for which no connection came free in time
 * @param seconds from the start to the last answer
 * @param latencies of all requests, failed ones and unsent ones included
 */
record LoadResult(long succeeded, long failed, long unsent, double seconds, Latencies latencies) {

  /** Requests that were sent. */
  long sent() {
    return succeeded + failed;
  }

  /** Good answers a second. */
  double perSecond() {
    return seconds == 0 ? 0 : succeeded / seconds;
  }
}
