package io.nexus.control.lease;

/**
 * The time when a round began.
 *
 * @param nanos the machine's nanosecond counter, for delays
 * @param millis the ledger's clock, for the ends of cycles
 */
record Moment(long nanos, long millis) {}
