package io.nexus.control.ledger;

/**
 * A process's claim to be a node.
 *
 * @param node the name
 * @param incarnation the process
 * @param epoch how often the name has been taken; only the last may draw
 */
public record NodeLease(String node, String incarnation, long epoch) {}
