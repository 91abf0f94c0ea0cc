package io.nexus.control.ledger;

/**
 * A process's registration as a node.
 *
 * @param node the name
 * @param incarnation identifies the process
 * @param epoch counts the registrations of the name; only the last process may draw
 */
public record NodeLease(String node, String incarnation, long epoch) {}
