package io.nexus.tokenizers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes the table that a {@link Vocabulary} looks tokens up in, from a list of tokens. The build
 * does, so that no start has to.
 *
 * <p>Of 32-bit numbers, lowest byte first: {@value Vocabulary#MAGIC}, the slots of short tokens,
 * those of long ones, the longest token's length; the filter, the ranks of pairs, the slots of
 * short tokens, those of long ones, the bytes of long tokens.
 */
final class VocabularyTable {
  /** So few that pages are not touched in vain, so many that a lookup ends within a cache line. */
  private static final double FULL = 0.75;

  /** What comes behind the last slot that a hash may name: a run of taken slots ends there. */
  private static final int OVERFLOW = 512;

  private final TokenList tokens;
  private final int shortSlots;
  private final int longSlots;
  private final ByteBuffer table;
  private final int longStart;
  private final int bytesStart;

  private VocabularyTable(TokenList tokens) {
    this.tokens = tokens;
    int shorts = 0;
    int longBytes = 0;
    int longest = 0;
    for (int i = 0; i < tokens.count(); i++) {
      int length = tokens.length(i);
      longest = Math.max(longest, length);
      shorts += length <= Long.BYTES ? 1 : 0;
      longBytes += length <= Long.BYTES ? 0 : length;
    }
    shortSlots = slots(shorts);
    longSlots = slots(tokens.count() - shorts);
    longStart = Vocabulary.SHORT_START + (shortSlots + OVERFLOW) * Vocabulary.SHORT_SLOT;
    bytesStart = longStart + (longSlots + OVERFLOW) * Vocabulary.LONG_SLOT;
    table = ByteBuffer.allocate(bytesStart + longBytes).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(Vocabulary.MAGIC).putInt(shortSlots).putInt(longSlots).putInt(longest);
    table.putInt(longStart).putInt(bytesStart);
  }

  /** The table of some tokens. */
  static byte[] of(TokenList tokens) {
    VocabularyTable made = new VocabularyTable(tokens);
    made.fill();
    return made.table.array();
  }

  private void fill() {
    for (int pair = 0; pair < Vocabulary.PAIRS; pair++) {
      table.putInt(Vocabulary.PAIRS_START + pair * Integer.BYTES, Vocabulary.NO_TOKEN);
    }
    int used = bytesStart;
    for (int i = 0; i < tokens.count(); i++) {
      int length = tokens.length(i);
      int token = (length << Vocabulary.RANK_BITS) | tokens.rank(i);
      if (length <= Long.BYTES) {
        putShort(i, token);
      } else {
        putLong(i, token, used);
        table.put(used, tokens.bytes(), tokens.start(i), length);
        used += length;
      }
    }
  }

  private void putShort(int index, int token) {
    byte[] bytes = tokens.bytes();
    int start = tokens.start(index);
    long key = Utf8.pack(bytes, start, tokens.end(index));
    int length = tokens.length(index);
    if (length == 2) {
      int at = Vocabulary.PAIRS_START + Vocabulary.pair(bytes, start) * Integer.BYTES;
      table.putInt(at, tokens.rank(index));
    }
    int hash = Vocabulary.hash(key, length);
    int word = Vocabulary.filterWord(hash);
    table.putLong(word, table.getLong(word) | 1L << hash);
    int at = Vocabulary.SHORT_START + Vocabulary.slot(hash, shortSlots) * Vocabulary.SHORT_SLOT;
    while (table.getInt(at + Long.BYTES) != 0) {
      at += Vocabulary.SHORT_SLOT;
    }
    table.putLong(at, key).putInt(at + Long.BYTES, token);
  }

  private void putLong(int index, int token, int bytes) {
    int hash = Vocabulary.hash(tokens.bytes(), tokens.start(index), tokens.end(index));
    int at = longStart + Vocabulary.slot(hash, longSlots) * Vocabulary.LONG_SLOT;
    while (table.getLong(at) != 0) {
      at += Vocabulary.LONG_SLOT;
    }
    table.putLong(at, (long) token << Integer.SIZE | bytes);
  }

  private static int slots(int tokens) {
    return Math.max(1, (int) (tokens / FULL));
  }
}
