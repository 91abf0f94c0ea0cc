package io.nexus.control.lease;

/**
 * When a round began.
 *
 * @param nanos by the machine's count of nanoseconds, for whatever is done after a while
 * @param millis by the ledger's clock, for the ends of cycles
 */
record Moment(long nanos, long millis) {}
