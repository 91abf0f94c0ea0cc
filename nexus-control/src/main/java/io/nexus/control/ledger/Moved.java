package io.nexus.control.ledger;

/**
 * What was moved from one ledger to another.
 *
 * @param records of spend
 * @param settings keys, budgets and what overrides them
 * @param audit of the ledger that it was moved to
 */
public record Moved(long records, long settings, Audit audit) {}
