package io.nexus.bench.load;

/**
 * What the clients of streams saw, after each connection's first stream.
 *
 * @param completed streams that came whole
 * @param failed streams that did not
 * @param firstToken from sending the request to the first event
 * @param delay from the upstream's writing an event to its reaching the client
 * @param gap between two events of a stream
 */
record StreamResult(
    long completed, long failed, Latencies firstToken, Latencies delay, Latencies gap) {}
