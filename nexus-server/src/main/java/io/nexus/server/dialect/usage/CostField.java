package io.nexus.server.dialect.usage;

import io.nexus.control.money.Money;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the {@code cost} into a {@code usage} object: the charge of the answer, in USD. */
public final class CostField {

  private CostField() {}

  /**
   * A range of bytes with the cost in it, added before the closing brace of the object or in place
   * of another cost. An equal number stays as it is written, and so does a cost that is an object.
   *
   * @param usage the position of the object
   */
  public static byte[] in(byte[] bytes, int from, int to, UsagePlace usage, Money cost) {
    if (usage.brace() == 0) {
      return Arrays.copyOfRange(bytes, from, to);
    }
    if (!usage.hasCost()) {
      return added(bytes, from, to, usage.brace(), cost);
    }
    int costFrom = usage.costFrom();
    if (costFrom == 0 || isSame(bytes, costFrom, usage.costTo(), cost)) {
      return Arrays.copyOfRange(bytes, from, to);
    }
    return spliced(bytes, from, costFrom, usage.costTo(), to, cost.toString());
  }

  private static byte[] added(byte[] bytes, int from, int to, int brace, Money cost) {
    int last = brace - 1;
    while (bytes[last] <= ' ') {
      last--;
    }
    boolean isFirst = bytes[last] == '{' || bytes[last] == ',';
    var text = (isFirst ? "\"cost\":" : ",\"cost\":") + cost;
    return spliced(bytes, from, brace, brace, to, text);
  }

  private static boolean isSame(byte[] bytes, int from, int to, Money cost) {
    var text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    try {
      return Money.usd(text).equals(cost);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The part with some of its bytes replaced. */
  private static byte[] spliced(
      byte[] bytes, int from, int holeFrom, int holeTo, int to, String text) {
    var filling = text.getBytes(StandardCharsets.US_ASCII);
    var edited = new byte[to - from - (holeTo - holeFrom) + filling.length];
    int before = holeFrom - from;
    System.arraycopy(bytes, from, edited, 0, before);
    System.arraycopy(filling, 0, edited, before, filling.length);
    System.arraycopy(bytes, holeTo, edited, before + filling.length, to - holeTo);
    return edited;
  }
}
