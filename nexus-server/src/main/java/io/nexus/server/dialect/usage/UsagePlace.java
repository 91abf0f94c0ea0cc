package io.nexus.server.dialect.usage;

import java.util.function.IntUnaryOperator;

/**
 * The position of a {@code usage} object.
 *
 * @param brace the brace that closes it; 0 if it stands where nothing is added to it
 * @param costFrom the value of its {@code cost}; 0 if it has none, or one that is an object
 * @param costTo the byte after that
 * @param hasCost whether it has a {@code cost}, of whatever kind
 */
public record UsagePlace(int brace, int costFrom, int costTo, boolean hasCost) {

  /** It stands where nothing is added to it. */
  public static final UsagePlace ELSEWHERE = new UsagePlace(0, 0, 0, false);

  /**
   * The same in other bytes, of which those that were read are a part.
   *
   * @param place tells where a byte stands there
   */
  public UsagePlace movedBy(IntUnaryOperator place) {
    return brace == 0
        ? this
        : new UsagePlace(
            place.applyAsInt(brace),
            costFrom == 0 ? 0 : place.applyAsInt(costFrom),
            costTo == 0 ? 0 : place.applyAsInt(costTo),
            hasCost);
  }
}
