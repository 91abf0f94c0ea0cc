package io.nexus.tokenizers;

import static io.nexus.tokenizers.CharacterClasses.CASELESS;
import static io.nexus.tokenizers.CharacterClasses.LETTER;
import static io.nexus.tokenizers.CharacterClasses.LOWER;
import static io.nexus.tokenizers.CharacterClasses.MARK;
import static io.nexus.tokenizers.CharacterClasses.NEWLINE;
import static io.nexus.tokenizers.CharacterClasses.NUMBER;
import static io.nexus.tokenizers.CharacterClasses.SPACE;
import static io.nexus.tokenizers.CharacterClasses.UPPER;

/**
 * The pattern of {@code o200k_base}:
 *
 * <pre>{@code
 * 1. [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
 * 2. [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
 * 3. \p{N}{1,3}
 * 4.  ?[^\s\p{L}\p{N}]+[\r\n/]*
 * 5. \s*[\r\n]+|\s+(?!\S)|\s+
 * }</pre>
 *
 * <p>Source: <a
 * href="https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py">tiktoken</a>.
 * The first alternative that matches wins, even where a later one would match more.
 */
final class O200kSplitter implements Splitter {
  private static final int WORD = LETTER | MARK;
  private static final int ANY_CASE = CASELESS | MARK;
  private static final int HEAD = UPPER | ANY_CASE;
  private static final int TAIL = LOWER | ANY_CASE;
  private static final int NO_MATCH = -1;

  @Override
  public int pieceEnd(byte[] utf8, int from, int to) {
    int flags = CharacterClasses.at(utf8, from);
    if ((flags & NUMBER) != 0) {
      return Scan.numberEnd(utf8, from, to);
    }
    if ((flags & NEWLINE) == 0) {
      int end = wordEnd(utf8, from, to, flags);
      if (end != NO_MATCH) {
        return end;
      }
    }
    int symbols = symbolsEnd(utf8, from, to, flags);
    return symbols == NO_MATCH ? Scan.whiteSpaceEnd(utf8, from, to) : symbols;
  }

  /**
   * Behind a space one letter may be upper case, and up to eight bytes are looked at. Other pieces
   * with upper case letters are left to {@link #pieceEnd}: they may end before such a letter.
   */
  @Override
  public boolean isCommonPiece(byte[] utf8, int from, int end) {
    int length = end - from;
    int before = utf8[from] == ' ' ? 2 : 1;
    long behind = Utf8.eight(utf8, from) >>> (Byte.SIZE * before);
    return CommonPieces.contain(utf8[from], length, utf8[end])
        && Utf8.lowerCase(behind) >= length - before
        && utf8[end] != '\'';
  }

  /** Alternatives 1 and 2, first with the optional leading character, then without. */
  private static int wordEnd(byte[] utf8, int from, int to, int flags) {
    if ((flags & LETTER) != 0) {
      int end = mixedCaseEnd(utf8, from, to);
      return end == NO_MATCH ? upperCaseEnd(utf8, from, to) : end;
    }
    int second = Utf8.next(utf8, from);
    boolean leads = second < to && (CharacterClasses.at(utf8, second) & WORD) != 0;
    int end = leads ? mixedCaseEnd(utf8, second, to) : NO_MATCH;
    if (end == NO_MATCH && (flags & MARK) != 0) {
      end = mixedCaseEnd(utf8, from, to);
    }
    return end == NO_MATCH && leads ? upperCaseEnd(utf8, second, to) : end;
  }

  /**
   * {@code HEAD*TAIL+} and a contraction. The greedy head takes all it can. If no lower case letter
   * follows it, the match backs up to the last character that is of both classes.
   */
  private static int mixedCaseEnd(byte[] utf8, int from, int to) {
    int at = from;
    int lastOfBoth = NO_MATCH;
    while (at < to) {
      int flags = CharacterClasses.at(utf8, at);
      if ((flags & HEAD) == 0) {
        if ((flags & LOWER) != 0) {
          int end = Scan.rareRunEnd(utf8, Utf8.lowerCaseEnd(utf8, at, to), to, TAIL);
          return Scan.contractionEnd(utf8, end, to);
        }
        break;
      }
      if ((flags & ANY_CASE) != 0) {
        lastOfBoth = at;
      }
      at = Utf8.next(utf8, at);
    }
    return lastOfBoth == NO_MATCH
        ? NO_MATCH
        : Scan.contractionEnd(utf8, Utf8.next(utf8, lastOfBoth), to);
  }

  /**
   * {@code HEAD+} and a contraction; a tail cannot follow, or the first alternative had matched.
   */
  private static int upperCaseEnd(byte[] utf8, int from, int to) {
    int end = Scan.runEnd(utf8, from, to, HEAD);
    return end == from ? NO_MATCH : Scan.contractionEnd(utf8, end, to);
  }

  /** Alternative 4. */
  private static int symbolsEnd(byte[] utf8, int from, int to, int flags) {
    int start = from;
    if ((flags & SPACE) != 0) {
      if (utf8[from] != ' ') {
        return NO_MATCH;
      }
      start = from + 1;
    }
    int end = Scan.symbolsEnd(utf8, start, to);
    if (end == start) {
      return NO_MATCH;
    }
    while (end < to && (utf8[end] == '\r' || utf8[end] == '\n' || utf8[end] == '/')) {
      end++;
    }
    return end;
  }
}
