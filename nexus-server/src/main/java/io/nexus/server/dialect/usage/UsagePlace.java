package io.nexus.server.dialect.usage;

import java.util.function.IntUnaryOperator;

/**
 * The position of a {@code usage} object.
 *
 * @param brace its closing brace; 0 if nothing may be added to it
 * @param costFrom the value of its {@code cost}; 0 if there is none, or it is an object
 * @param costTo the byte after that value
 * @param hasCost whether it has a {@code cost} of any kind
 */
public record UsagePlace(int brace, int costFrom, int costTo, boolean hasCost) {

  /** An object to which nothing may be added. */
  public static final UsagePlace ELSEWHERE = new UsagePlace(0, 0, 0, false);

  /**
   * The position in other bytes, which contain those that were read.
   *
   * @param place maps a position to that in the other bytes
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
