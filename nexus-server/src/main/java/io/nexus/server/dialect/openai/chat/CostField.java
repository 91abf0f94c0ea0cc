package io.nexus.server.dialect.openai.chat;

import io.nexus.control.money.Money;
import java.nio.charset.StandardCharsets;

/** The {@code cost} that is added to a {@code usage} object, in USD. */
public final class CostField {

  private CostField() {}

  /**
   * A part of some bytes with the field in it, before the brace that closes the object.
   *
   * @param brace where that brace stands
   */
  public static byte[] in(byte[] bytes, int from, int brace, int to, Money cost) {
    int last = brace - 1;
    while (bytes[last] <= ' ') {
      last--;
    }
    var text = (bytes[last] == '{' ? "\"cost\":" : ",\"cost\":") + cost;
    var field = text.getBytes(StandardCharsets.US_ASCII);
    var edited = new byte[to - from + field.length];
    int before = brace - from;
    System.arraycopy(bytes, from, edited, 0, before);
    System.arraycopy(field, 0, edited, before, field.length);
    System.arraycopy(bytes, brace, edited, before + field.length, to - brace);
    return edited;
  }
}
