package io.nexus.control.money;

/** The length of text in UTF-8, found without encoding it. */
final class Utf8 {

  private static final int CHUNK = 1024;

  private Utf8() {}

  /**
   * How many bytes the text has in UTF-8. A surrogate without its partner counts as the replacement
   * character, 3 bytes, which is what a strict decoder makes of it.
   */
  static long length(String text) {
    long bytes = 0;
    int surrogates = 0;
    // Copied out in chunks: a loop over an array becomes vector code, one over charAt does not.
    var chunk = new char[Math.min(CHUNK, text.length())];
    for (int from = 0; from < text.length(); from += CHUNK) {
      int to = Math.min(text.length(), from + CHUNK);
      text.getChars(from, to, chunk, 0);
      int more = 0;
      for (int i = 0; i < to - from; i++) {
        int c = chunk[i];
        // The sign bit of a difference is a comparison without a branch.
        more += ((0x7f - c) >>> 31) + ((0x7ff - c) >>> 31);
        surrogates += (((c ^ 0xd800) & 0xf800) - 1) >>> 31;
      }
      bytes += to - from + more;
    }
    return surrogates == 0 ? bytes : bytes - 2L * pairs(text);
  }

  /** Each of a pair was counted as 3 bytes, and a pair has 4. */
  private static int pairs(String text) {
    int pairs = 0;
    for (int i = 1; i < text.length(); i++) {
      if (Character.isSurrogatePair(text.charAt(i - 1), text.charAt(i))) {
        pairs++;
      }
    }
    return pairs;
  }
}
