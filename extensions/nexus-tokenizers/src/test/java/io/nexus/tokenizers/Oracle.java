package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** Our counters beside jtokkit's. */
final class Oracle {
  private static final Map<Encoding, TextCounter> OURS = new EnumMap<>(Encoding.class);
  private static final Map<Encoding, com.knuddels.jtokkit.api.Encoding> THEIRS =
      new EnumMap<>(Encoding.class);

  static {
    var registry = Encodings.newLazyEncodingRegistry();
    THEIRS.put(Encoding.O200K_BASE, registry.getEncoding(EncodingType.O200K_BASE));
    THEIRS.put(Encoding.CL100K_BASE, registry.getEncoding(EncodingType.CL100K_BASE));
    for (Encoding encoding : Encoding.values()) {
      try {
        OURS.put(encoding, encoding.load());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Oracle() {}

  static TextCounter counter(Encoding encoding) {
    return java.util.Objects.requireNonNull(OURS.get(encoding));
  }

  static long ours(Encoding encoding, String text) {
    Tally tally = counter(encoding).tally(Long.MAX_VALUE);
    counter(encoding).count(text, tally);
    return tally.expectedTokens();
  }

  /**
   * jtokkit cuts cl100k_base text into pieces with lone surrogates written as three bytes, which is
   * not UTF-8; so it is given what {@code getBytes} makes of them, as for o200k_base.
   */
  static long theirs(Encoding encoding, String text) {
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    return java.util.Objects.requireNonNull(THEIRS.get(encoding))
        .countTokensOrdinary(encoding == Encoding.O200K_BASE ? text : valid);
  }

  static void assertSame(Encoding encoding, String text, String where) {
    long expected = theirs(encoding, text);
    long actual = ours(encoding, text);
    if (expected != actual) {
      assertEquals(expected, actual, where + ": " + escaped(text));
    }
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .limit(200)
        .forEach(
            c -> escaped.append(c >= ' ' && c < 0x7F ? "" + (char) c : "\\u%04x".formatted(c)));
    return escaped.toString();
  }
}
