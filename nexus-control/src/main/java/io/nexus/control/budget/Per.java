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
 * A dimension whose values are counted separately: each user, each session, each tag with a prefix.
 * A request without a value is not counted.
 *
 * @param dimension the dimension; one of {@link #DIMENSIONS}
 * @param prefix the prefix of the tags to count; empty for all tags and for other dimensions
 */
public record Per(Dimension dimension, String prefix) {

  /** The dimensions that can be counted by value. */
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
   * @throws IllegalArgumentException if the dimension cannot be counted by value, or has a prefix
   *     without being {@code TAG}
   */
  public Per {
    if (!DIMENSIONS.contains(dimension)) {
      throw new IllegalArgumentException("cannot count per " + dimension);
    }
    if (dimension != Dimension.TAG && !prefix.isEmpty()) {
      throw new IllegalArgumentException("only tags have prefixes: " + prefix);
    }
  }

  /**
   * As the configuration spells it: {@code user}, or {@code tag:PREFIX}; empty if it is neither.
   */
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

  /** The caller's distinct values; none for a dimension of the candidate. */
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
   * A value as names and ledgers show it: the value itself, or a digest if it is longer than 128
   * characters or has characters not allowed in names. Distinct values are shown differently.
   */
  public static String shown(String value) {
    return isPlain(value) ? value : DIGESTED + digest(value);
  }

  /** Whether this is the shown form of some value. */
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

  /** Hashes the UTF-16 characters, because UTF-8 encodes all lone surrogates alike. */
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
