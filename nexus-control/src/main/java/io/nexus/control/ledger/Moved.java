package io.nexus.control.ledger;

/**
 * The result of moving a ledger to another one.
 *
 * @param records the number of spend records
 * @param settings the number of settings: keys, budgets and overrides
 * @param audit the check of the new ledger
 */
public record Moved(long records, long settings, Audit audit) {}
