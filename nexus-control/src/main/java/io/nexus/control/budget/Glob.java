package io.nexus.control.budget;

/**
 * A pattern for names: {@code *} matches any text, including none; every other character matches
 * itself.
 *
 * @param pattern such as {@code "gpt-4*"}
 */
public record Glob(String pattern) {

  /** Whether the whole name matches. Worst-case time is the product of both lengths. */
  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int retry = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** The literal prefix of every matching name. */
  String prefix() {
    int star = pattern.indexOf('*');
    return star < 0 ? pattern : pattern.substring(0, star);
  }
}
