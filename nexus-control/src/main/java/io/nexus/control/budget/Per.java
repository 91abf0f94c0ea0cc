package io.nexus.control.budget;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What each value of which is counted by itself: each user, each session, each tag of a kind. A
 * request without a value is not counted at all.
 *
 * @param dimension whose values are told apart: one of {@link #DIMENSIONS}
 * @param prefix what a tag begins with to be counted; empty for other dimensions, and for all tags
 */
public record Per(Dimension dimension, String prefix) {

  /** What can be told apart. */
  public static final List<Dimension> DIMENSIONS =
      List.of(
          Dimension.KEY,
          Dimension.TEAM,
          Dimension.USER,
          Dimension.SESSION,
          Dimension.TAG,
          Dimension.MODEL);

  private static final int LONGEST = 128;
  private static final int DIGEST_BYTES = 16;
  private static final char DIGESTED = '~';
  private static final Pattern DIGEST = Pattern.compile("~[0-9a-f]{" + 2 * DIGEST_BYTES + "}");

  /**
   * @throws IllegalArgumentException if the dimension cannot be told apart, or has no prefixes
   */
  public Per {
    if (!DIMENSIONS.contains(dimension)) {
      throw new IllegalArgumentException("nothing is counted per " + dimension);
    }
    if (dimension != Dimension.TAG && !prefix.isEmpty()) {
      throw new IllegalArgumentException("only tags have prefixes: " + prefix);
    }
  }

  /** As the configuration spells it: {@code user}, or {@code tag:PREFIX}; empty if it is none. */
  public static Optional<Per> parse(String text) {
    int colon = text.indexOf(':');
    var word = colon < 0 ? text : text.substring(0, colon);
    var prefix = colon < 0 ? "" : text.substring(colon + 1);
    return DIMENSIONS.stream()
        .filter(dimension -> dimension.label().equals(word))
        .filter(dimension -> (dimension == Dimension.TAG) == (colon >= 0))
        .findFirst()
        .map(dimension -> new Per(dimension, prefix));
  }

  /** As the configuration spells it. */
  public String label() {
    return dimension == Dimension.TAG ? dimension.label() + ":" + prefix : dimension.label();
  }

  /** Whether the values are known from the request alone, before a backend is chosen. */
  public boolean ofCaller() {
    return dimension.ofCaller();
  }

  /** The caller's values, each once; none of what only a candidate has. */
  public List<String> values(Caller caller) {
    return switch (dimension) {
      case KEY -> one(caller.key());
      case TEAM -> one(caller.team());
      case USER -> one(caller.user());
      case SESSION -> one(caller.session());
      case TAG -> caller.tags().stream().filter(tag -> tag.startsWith(prefix)).distinct().toList();
      case MODEL, PROVIDER, BACKEND -> List.of();
    };
  }

  /** The values of a candidate that runs the model. */
  public List<String> values(String model) {
    return dimension == Dimension.MODEL ? one(model) : List.of();
  }

  private static List<String> one(String value) {
    return value.isEmpty() ? List.of() : List.of(value);
  }

  /**
   * A value as names and ledgers show it: itself, or a digest where it is longer than 128
   * characters or has some that no name should have. No two values are shown alike.
   */
  public static String shown(String value) {
    return isPlain(value) ? value : DIGESTED + digest(value);
  }

  /** Whether some value is shown so. */
  static boolean isShown(String text) {
    return isPlain(text) || DIGEST.matcher(text).matches();
  }

  private static boolean isPlain(String value) {
    if (value.isEmpty() || value.length() > LONGEST || value.charAt(0) == DIGESTED) {
      return false;
    }
    return value.codePoints().allMatch(Per::isPlain);
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Of the characters as they are, since lone surrogates are all alike once encoded. */
  private static String digest(String value) {
    var bytes = ByteBuffer.allocate(value.length() * Character.BYTES);
    bytes.asCharBuffer().put(value);
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
