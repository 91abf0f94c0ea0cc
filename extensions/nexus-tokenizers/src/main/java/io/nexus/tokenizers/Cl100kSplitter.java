package io.nexus.tokenizers;

import static io.nexus.tokenizers.CharacterClasses.LETTER;
import static io.nexus.tokenizers.CharacterClasses.NEWLINE;
import static io.nexus.tokenizers.CharacterClasses.NUMBER;
import static io.nexus.tokenizers.CharacterClasses.SPACE;

/**
 * The pattern of {@code cl100k_base}:
 *
 * <pre>{@code
 * 1. '(?i:[sdmt]|ll|ve|re)
 * 2. [^\r\n\p{L}\p{N}]?+\p{L}+
 * 3. \p{N}{1,3}
 * 4.  ?[^\s\p{L}\p{N}]++[\r\n]*
 * 5. \s*[\r\n]+|\s+(?!\S)|\s+
 * }</pre>
 *
 * <p>Source: <a
 * href="https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py">tiktoken</a>.
 */
final class Cl100kSplitter implements Splitter {

  @Override
  public int pieceEnd(byte[] utf8, int from, int to) {
    int flags = CharacterClasses.at(utf8, from);
    if ((flags & LETTER) != 0) {
      return lettersEnd(utf8, from, to);
    }
    if ((flags & NUMBER) != 0) {
      return Scan.numberEnd(utf8, from, to);
    }
    int contraction = Scan.contractionEnd(utf8, from, to);
    if (contraction != from) {
      return contraction;
    }
    int second = Utf8.next(utf8, from);
    if ((flags & NEWLINE) == 0 && second < to) {
      int end = lettersEnd(utf8, second, to);
      if (end != second) {
        return end;
      }
    }
    if ((flags & SPACE) == 0) {
      return symbolsEnd(utf8, from, to);
    }
    if (utf8[from] == ' ') {
      int end = symbolsEnd(utf8, second, to);
      if (end != second) {
        return end;
      }
    }
    return Scan.whiteSpaceEnd(utf8, from, to);
  }

  @Override
  public boolean isCommonPiece(byte[] utf8, int from, int end) {
    return CommonPieces.contain(utf8[from], end - from, utf8[end]);
  }

  private static int lettersEnd(byte[] utf8, int from, int to) {
    return Scan.rareRunEnd(utf8, Utf8.lettersEnd(utf8, from, to), to, LETTER);
  }

  /** Symbols and the newlines after them; {@code from} if there is no symbol. */
  private static int symbolsEnd(byte[] utf8, int from, int to) {
    int end = Scan.symbolsEnd(utf8, from, to);
    if (end != from) {
      while (end < to && (utf8[end] == '\r' || utf8[end] == '\n')) {
        end++;
      }
    }
    return end;
  }
}
