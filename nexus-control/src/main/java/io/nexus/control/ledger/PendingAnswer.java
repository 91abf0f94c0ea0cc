package io.nexus.control.ledger;

/**
 * An answer that a backend generates in the background, stored so that the gateway can poll for it
 * even after a restart.
 *
 * @param attempt the record to charge when it is complete
 * @param node the node of the gateway that polls for it
 * @param backend the name of the backend that generates it
 * @param path the backend's path at which to poll
 * @param atMillis when the request arrived, in milliseconds of the epoch
 */
public record PendingAnswer(
    RecordId attempt, String node, String backend, String path, long atMillis) {}
