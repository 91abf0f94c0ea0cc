package io.nexus.server.dialect;

import java.nio.charset.StandardCharsets;

/**
 * The field {@code nexus} of the chunk with which an answer ends at a limit set by the gateway
 * rather than the client: the headers have already been sent.
 */
public final class LimitField {

  private LimitField() {}

  /** The field, for a limit of this number of tokens. */
  public static String of(long tokens) {
    return "\"nexus\":{\"max_tokens_clamped\":" + tokens + '}';
  }

  /** An event with the field in its JSON object; the same bytes if it has none. */
  public static byte[] in(byte[] event, long tokens) {
    int brace = event.length - 1;
    while (brace > 0 && event[brace] != '}') {
      brace--;
    }
    if (brace == 0) {
      return event;
    }
    var field = (',' + of(tokens)).getBytes(StandardCharsets.US_ASCII);
    var edited = new byte[event.length + field.length];
    System.arraycopy(event, 0, edited, 0, brace);
    System.arraycopy(field, 0, edited, brace, field.length);
    System.arraycopy(event, brace, edited, brace + field.length, event.length - brace);
    return edited;
  }
}
