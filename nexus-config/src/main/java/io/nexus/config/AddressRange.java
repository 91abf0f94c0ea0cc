package io.nexus.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of addresses with a common prefix, such as {@code 10.0.0.0/8} or {@code fd00::/8} (RFC
 * 4632, RFC 4291), or a single address. Immutable.
 *
 * @param text as it was given
 */
public record AddressRange(String text) {

  /** Literal addresses only: no name is looked up. */
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is not a range
   */
  public AddressRange {
    if (bytes(text).isEmpty()) {
      throw new IllegalArgumentException(text);
    }
  }

  /**
   * Whether the literal address lies in the range. An IPv4-mapped IPv6 address counts as its IPv4
   * address.
   */
  public boolean contains(String address) {
    var own = bytes(text);
    var other = bytes(address);
    if (own.isEmpty() || other.isEmpty() || own.get().length != other.get().length) {
      return false;
    }
    int bits = bits();
    for (int i = 0; i < bits; i++) {
      int shift = 7 - i % 8;
      if (((own.get()[i / 8] ^ other.get()[i / 8]) >> shift & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  private int bits() {
    int slash = text.indexOf('/');
    return slash < 0
        ? bytes(text).map(bytes -> 8 * bytes.length).orElse(0)
        : Integer.parseInt(text.substring(slash + 1));
  }

  private static Optional<byte[]> bytes(String text) {
    int slash = text.indexOf('/');
    var literal = slash < 0 ? text : text.substring(0, slash);
    if (!LITERAL.matcher(literal).matches() || (literal.matches("[0-9.]+") && !isIpv4(literal))) {
      return Optional.empty();
    }
    try {
      var bytes = InetAddress.getByName(literal).getAddress();
      boolean whole =
          slash < 0
              || (text.substring(slash + 1).matches("\\d{1,3}")
                  && Integer.parseInt(text.substring(slash + 1)) <= 8 * bytes.length);
      return whole ? Optional.of(Arrays.copyOf(bytes, bytes.length)) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static boolean isIpv4(String literal) {
    return literal.matches("(\\d{1,3}\\.){3}\\d{1,3}");
  }

  @Override
  public String toString() {
    return text;
  }
}
