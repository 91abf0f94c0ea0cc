package io.nexus.server.dialect.request;

import io.nexus.server.http.ApiException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The field names of one kind of object that affect the cost. Each may occur once and in one
 * spelling: of two equal names, or of two that differ in case, a server may use either, and some
 * read {@code Max_Tokens} or {@code maxTokens} as {@code max_tokens}. Other names are ignored.
 *
 * <p>Immutable, and safe for any number of threads.
 */
public final class FieldNames {

  private final Map<String, Long> bits = new HashMap<>();
  private final Map<String, String> spellings = new HashMap<>();
  private final Map<String, String> plainly = new HashMap<>();
  private final boolean inSnakeCase;

  /** At most 64 names. */
  public FieldNames(String... names) {
    this(true, names);
  }

  private FieldNames(boolean inSnakeCase, String... names) {
    if (names.length > Long.SIZE) {
      throw new IllegalArgumentException(names.length + " names");
    }
    this.inSnakeCase = inSnakeCase;
    for (int i = 0; i < names.length; i++) {
      put(names[i], names[i], i);
    }
  }

  /**
   * Names of protocol buffers, in camel case. Each may also be spelt in snake case, which counts as
   * the same name.
   *
   * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
   */
  public static FieldNames ofProtobuf(String... names) {
    var all = new FieldNames(false, names);
    for (int i = 0; i < names.length; i++) {
      all.put(snakeCase(names[i]), names[i], i);
    }
    return all;
  }

  private void put(String spelt, String name, int bit) {
    bits.put(spelt, 1L << bit);
    plainly.put(spelt, name);
    spellings.put(plain(spelt), name);
  }

  /** The known name for any of its spellings; an unknown name unchanged. */
  public String plainly(String name) {
    return plainly.getOrDefault(name, name);
  }

  /**
   * Notes a name.
   *
   * @param seen the names seen in the same object before
   * @param within the path of the object, with a dot at its end; empty for the body itself
   * @return the names seen so far
   * @throws ApiException with status 400 if it occurs twice or in another spelling
   */
  public long note(String name, long seen, String within) {
    var bit = bits.get(name);
    if (bit == null) {
      spelling(name, within);
      return seen;
    }
    if ((seen & bit) != 0) {
      throw repeated(within + name);
    }
    return seen | bit;
  }

  /** Notes a name, but ignores other spellings. */
  public long noteRepeated(String name, long seen, String within) {
    return bits.containsKey(name) ? note(name, seen, within) : seen;
  }

  private void spelling(String name, String within) {
    var right = inSnakeCase && isSnakeCase(name) ? null : spellings.get(plain(name));
    if (right != null) {
      throw ApiException.badRequest(
          within + right,
          "'%s%s' must be spelt '%s': servers differ in whether they read the other spelling."
              .formatted(within, name, right));
    }
  }

  /** The error for a field that occurs more than once. */
  public static ApiException repeated(String path) {
    return ApiException.badRequest(path, "'%s' occurs in the body more than once.".formatted(path));
  }

  private static String snakeCase(String name) {
    var snake = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        snake.append('_');
      }
      snake.append(Character.toLowerCase(c));
    }
    return snake.toString();
  }

  /**
   * The name as lenient readers compare it: without case and without the marks between words. It is
   * converted to upper case first, since only so do some letters get an ASCII lower case.
   */
  private static String plain(String name) {
    var folded = name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return folded.replace("_", "").replace("-", "");
  }

  /** Whether a name has the API's own form, as most do; then it is not another spelling. */
  private static boolean isSnakeCase(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') {
        return false;
      }
    }
    return true;
  }
}
