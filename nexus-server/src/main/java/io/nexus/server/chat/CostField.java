package io.nexus.server.chat;

import io.nexus.control.money.Money;

/** The {@code cost} that is added to a {@code usage} object, in USD. */
final class CostField {

  private CostField() {}

  /**
   * The field as it is to be put before the brace that closes the object.
   *
   * @param end where that brace stands
   */
  static String of(byte[] bytes, int end, Money cost) {
    int last = end - 1;
    while (bytes[last] <= ' ') {
      last--;
    }
    return (bytes[last] == '{' ? "\"cost\":" : ",\"cost\":") + cost;
  }
}
