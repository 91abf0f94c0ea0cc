package io.nexus.bench.load;

/**
 * The result of streams, without each connection's first one.
 *
 * @param completed complete streams
 * @param failed other streams
 * @param firstToken from sending the request to the first event
 * @param delay from the upstream's writing an event to its reaching the client
 * @param gap between two events of a stream
 */
record StreamResult(
    long completed, long failed, Latencies firstToken, Latencies delay, Latencies gap) {}
