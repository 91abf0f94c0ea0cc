package io.nexus.tokenizers;

import static io.nexus.tokenizers.CharacterClasses.LETTER;
import static io.nexus.tokenizers.CharacterClasses.NEWLINE;
import static io.nexus.tokenizers.CharacterClasses.NUMBER;
import static io.nexus.tokenizers.CharacterClasses.SPACE;

/** The parts of a pattern that both vocabularies share. */
final class Scan {
  private Scan() {}

  /** The end of the run of characters that have one of {@code flags}. */
  static int runEnd(byte[] utf8, int from, int to, int flags) {
    int at = from;
    while (at < to && (CharacterClasses.at(utf8, at) & flags) != 0) {
      at = Utf8.next(utf8, at);
    }
    return at;
  }

  /**
   * The same, no ASCII character having one of {@code flags} but those that were skipped before
   * {@code from}: so the run mostly ends there.
   */
  static int rareRunEnd(byte[] utf8, int from, int to, int flags) {
    return from == to || utf8[from] >= 0 ? from : runEnd(utf8, from, to, flags);
  }

  /** The end of {@code \p{N}{1,3}}. */
  static int numberEnd(byte[] utf8, int from, int to) {
    int at = from;
    for (int digits = 0;
        digits < 3 && at < to && (CharacterClasses.at(utf8, at) & NUMBER) != 0;
        digits++) {
      at = Utf8.next(utf8, at);
    }
    return at;
  }

  /** The end of {@code [^\s\p{L}\p{N}]*}. */
  static int symbolsEnd(byte[] utf8, int from, int to) {
    int at = from;
    while (at < to && (CharacterClasses.at(utf8, at) & (SPACE | LETTER | NUMBER)) == 0) {
      at = Utf8.next(utf8, at);
    }
    return at;
  }

  /**
   * The end of {@code \s*[\r\n]+|\s+(?!\S)|\s+}, white space being at {@code from}: through the
   * run's last newline if it has one; else all of it if the text ends there or it is one character;
   * else all but its last character, which goes with what follows.
   */
  static int whiteSpaceEnd(byte[] utf8, int from, int to) {
    int afterNewline = -1;
    int last = from;
    int at = from;
    while (at < to) {
      int flags = CharacterClasses.at(utf8, at);
      if ((flags & SPACE) == 0) {
        break;
      }
      last = at;
      at = Utf8.next(utf8, at);
      if ((flags & NEWLINE) != 0) {
        afterNewline = at;
      }
    }
    if (afterNewline >= 0) {
      return afterNewline;
    }
    return at == to || last == from ? at : last;
  }

  /**
   * The end of {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)?}; {@code from} if there is none. Without regard
   * to case, U+017F (long s) is an s.
   */
  static int contractionEnd(byte[] utf8, int from, int to) {
    if (from + 1 >= to || utf8[from] != '\'') {
      return from;
    }
    int first = utf8[from + 1] | 0x20;
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return from + 2;
    }
    if (from + 2 >= to) {
      return from;
    }
    if ((utf8[from + 1] & 0xFF) == 0xC5 && (utf8[from + 2] & 0xFF) == 0xBF) {
      return from + 3;
    }
    int second = utf8[from + 2] | 0x20;
    boolean two =
        (first == 'r' && second == 'e')
            || (first == 'v' && second == 'e')
            || (first == 'l' && second == 'l');
    return two ? from + 3 : from;
  }
}
