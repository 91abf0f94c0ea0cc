package io.nexus.control.ledger;

/**
 * An answer that a backend makes while nobody waits for it, written down so that it can be asked
 * after when the gateway has been started again.
 *
 * @param attempt what will be charged for it
 * @param node the gateway that follows it
 * @param backend the name of the backend that makes it
 * @param path where that is asked after it
 * @param atMillis when the request for it came, in milliseconds of the epoch
 */
public record PendingAnswer(
    RecordId attempt, String node, String backend, String path, long atMillis) {}
