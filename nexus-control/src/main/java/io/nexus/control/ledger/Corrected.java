package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * The result of correcting records.
 *
 * @param examined the number of records examined
 * @param corrected the number of records corrected
 * @param difference the sum of the corrections
 */
public record Corrected(long examined, long corrected, Money difference) {

  /** The empty result. */
  public static final Corrected NOTHING = new Corrected(0, 0, Money.ZERO);

  /** Both together. */
  public Corrected plus(Corrected other) {
    return new Corrected(
        examined + other.examined,
        corrected + other.corrected,
        difference.saturatedPlus(other.difference));
  }
}
