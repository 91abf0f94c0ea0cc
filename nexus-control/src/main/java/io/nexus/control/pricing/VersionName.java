package io.nexus.control.pricing;

import java.util.Set;

/**
 * Tests whether one model name is another one plus a version: {@code gpt-4o-2024-08-06} is a
 * version of {@code gpt-4o}, while {@code gpt-4-turbo}, {@code gpt-4-32k} and {@code gpt-4.1} are
 * models of their own, not versions of {@code gpt-4}.
 *
 * <p>A version is a date ({@code 2024-08-06}, {@code 20240806}, {@code 0613}, {@code 05-06}), a
 * number such as {@code 001}, a word such as {@code preview} or {@code latest}, or several of
 * these, optionally followed by a tag that begins with a letter ({@code :online}). A short number
 * is not a version: {@code claude-opus-4-1} is not a version of {@code claude-opus-4}.
 */
final class VersionName {

  private static final Set<String> WORDS =
      Set.of("latest", "preview", "exp", "experimental", "beta", "stable");

  private VersionName() {}

  /** Whether the name continues there with a version. */
  static boolean goesOnAt(String name, int start) {
    boolean dated = false;
    int at = start;
    while (at < name.length()) {
      char separator = name.charAt(at);
      if (separator != '-' && separator != '@' && separator != '_' && separator != ':') {
        return false;
      }
      int end = endOfToken(name, at + 1);
      if (separator == ':' && !dated) {
        return end > at + 1 && Character.isLetter(name.charAt(at + 1));
      }
      var token = name.substring(at + 1, end);
      if (isDate(name, token, end)) {
        dated = true;
      } else if (!(dated && isRest(token, separator)) && !WORDS.contains(token)) {
        return false;
      }
      at = end;
    }
    return at > start;
  }

  /** Whether the name continues there with only a date. */
  static boolean isDateAt(String name, int start) {
    for (int at = start; at < name.length(); at++) {
      char c = name.charAt(at);
      if (c != '-' && c != '@' && !isDigit(c)) {
        return false;
      }
    }
    return goesOnAt(name, start);
  }

  /**
   * Whether the token is a date or its beginning: four or more digits, 001, or two digits followed
   * by two.
   */
  private static boolean isDate(String name, String token, int end) {
    if (token.isEmpty() || !token.chars().allMatch(VersionName::isDigit)) {
      return false;
    }
    return switch (token.length()) {
      case 1 -> false;
      case 2 ->
          end + 2 < name.length() && isDigit(name.charAt(end + 1)) && isDigit(name.charAt(end + 2));
      case 3 -> token.startsWith("0");
      default -> true;
    };
  }

  /** Whether the token may follow a date: further digits, Bedrock's v1:0, or a tag. */
  private static boolean isRest(String token, char separator) {
    int from = token.startsWith("v") ? 1 : 0;
    boolean digits =
        token.length() > from
            && token.length() <= from + 2
            && token.substring(from).chars().allMatch(VersionName::isDigit);
    return digits || (separator == ':' && !token.isEmpty() && Character.isLetter(token.charAt(0)));
  }

  private static int endOfToken(String name, int start) {
    int end = start;
    while (end < name.length() && Character.isLetterOrDigit(name.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
