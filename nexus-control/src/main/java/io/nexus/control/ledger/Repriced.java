package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * What repricing did.
 *
 * @param examined how many records it looked at
 * @param corrected how many of them got a correction
 * @param difference the sum of the corrections
 */
public record Repriced(long examined, long corrected, Money difference) {}
