package io.nexus.control.tokens;

/** The length of text in UTF-8, found without encoding it. */
final class Utf8 {

  private Utf8() {}

  /**
   * How many bytes the text has in UTF-8. A surrogate without its partner counts as the replacement
   * character, 3 bytes, which is what a strict decoder makes of it.
   */
  static long length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        continue;
      }
      bytes += c < 0x800 ? 1 : 2;
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        // A pair is 2 characters and 4 bytes: all are counted.
        i++;
      }
    }
    return bytes;
  }
}
