package io.nexus.server.dialect;

import java.nio.charset.StandardCharsets;

/**
 * A part of a body.
 *
 * @param from its first byte
 * @param to the byte after its last
 */
public record Span(int from, int to) {

  /** The body with this part replaced. */
  public byte[] replaced(byte[] body, String text) {
    var other = text.getBytes(StandardCharsets.UTF_8);
    var edited = new byte[body.length - (to - from) + other.length];
    System.arraycopy(body, 0, edited, 0, from);
    System.arraycopy(other, 0, edited, from, other.length);
    System.arraycopy(body, to, edited, from + other.length, body.length - to);
    return edited;
  }
}
