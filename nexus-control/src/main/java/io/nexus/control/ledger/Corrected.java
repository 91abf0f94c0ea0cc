package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * What correcting records did.
 *
 * @param examined how many records it looked at
 * @param corrected how many of them got a correction
 * @param difference the sum of the corrections
 */
public record Corrected(long examined, long corrected, Money difference) {

  /** Nothing yet. */
  public static final Corrected NOTHING = new Corrected(0, 0, Money.ZERO);

  /** Both together. */
  public Corrected plus(Corrected other) {
    return new Corrected(
        examined + other.examined,
        corrected + other.corrected,
        difference.saturatedPlus(other.difference));
  }
}
