package io.nexus.server.dialect;

import java.nio.charset.StandardCharsets;

/**
 * The field {@code nexus} of the chunk that says that an answer ended at its limit, where the limit
 * was not the client's but what the gateway put in its place: the headers have gone by then.
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
