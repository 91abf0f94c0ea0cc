package io.nexus.tokenizers;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * The tokens of a byte-pair encoding and their ranks, in two open-addressing tables: tokens of up
 * to 8 bytes are their own key, longer ones are compared with their bytes. Immutable.
 *
 * <p>Resident: 16 bytes a slot for short tokens, 8 for long ones, and the bytes of the long ones;
 * tables are at most two thirds full.
 */
final class Vocabulary {
  /** What {@link #rank} answers for bytes that are no token: no rank is higher. */
  static final int NO_TOKEN = (1 << 24) - 1;

  private static final int RANK_BITS = 24;
  private static final int RANK_MASK = NO_TOKEN;
  private static final int LONGEST_TOKEN = 255;
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final long MIX_LONG = 0xC2B2AE3D27D4EB4FL;

  // A token has its length in the high 8 bits and its rank in the low 24; 0 is a free slot.
  // For short tokens, key and token stand side by side, so that a lookup touches one cache line.
  private final long[] shortSlots;
  // A bit a hash: while a piece is merged, most lookups are of no token, and end here, in 128 KB.
  private final long[] filter = new long[1 << 14];
  // For long tokens, the token is the high half and the place of its bytes the low one.
  private final long[] longSlots;
  private final byte[] longBytes;
  private final int longestToken;
  // Every merge begins with pairs of bytes, so these have a table of their own.
  private final int[] pairRanks = new int[1 << 16];

  private Vocabulary(TokenList tokens) {
    int shortCount = 0;
    int longBytesCount = 0;
    int longest = 0;
    for (int i = 0; i < tokens.count; i++) {
      int length = tokens.end(i) - tokens.start(i);
      longest = Math.max(longest, length);
      if (length <= Long.BYTES) {
        shortCount++;
      } else {
        longBytesCount += length;
      }
    }
    shortSlots = new long[2 * slotsFor(shortCount)];
    longSlots = new long[slotsFor(tokens.count - shortCount)];
    longBytes = new byte[longBytesCount];
    longestToken = longest;
    Arrays.fill(pairRanks, NO_TOKEN);
    int used = 0;
    for (int i = 0; i < tokens.count; i++) {
      int start = tokens.start(i);
      int end = tokens.end(i);
      int token = ((end - start) << RANK_BITS) | tokens.ranks[i];
      if (end - start <= Long.BYTES) {
        putShort(Utf8.pack(tokens.bytes, start, end), token);
        if (end - start == 2) {
          pairRanks[pair(tokens.bytes, start)] = tokens.ranks[i];
        }
      } else {
        putLong(hash(tokens.bytes, start, end), token, used);
        System.arraycopy(tokens.bytes, start, longBytes, used, end - start);
        used += end - start;
      }
    }
  }

  /**
   * Reads tiktoken's text format: a line a token, base64 of its bytes, a space, its rank.
   *
   * @throws IOException if the stream cannot be read or is not in that format
   */
  static Vocabulary read(InputStream in) throws IOException {
    return new Vocabulary(TokenList.parse(in.readAllBytes()));
  }

  /** Whether the bytes from {@code from} to {@code to} are a token. */
  boolean contains(byte[] bytes, int from, int to) {
    return rank(bytes, from, to) != NO_TOKEN;
  }

  /**
   * The rank of the token with the bytes from {@code from} to {@code to}, or {@link #NO_TOKEN}, as
   * for most parts of a piece.
   */
  int rank(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > Long.BYTES) {
      return longRank(bytes, from, to);
    }
    long key = Utf8.pack(bytes, from, to);
    int hash = hash(key, length);
    return (filter[(hash >>> 6) & (filter.length - 1)] & (1L << hash)) == 0
        ? NO_TOKEN
        : shortRank(key, length, hash);
  }

  /** The rank of the token with the two bytes at {@code at}, or {@link #NO_TOKEN}. */
  int pairRank(byte[] bytes, int at) {
    return pairRanks[pair(bytes, at)];
  }

  private static int pair(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  private int shortRank(long key, int length, int hash) {
    int mask = shortSlots.length - 1;
    for (int slot = (2 * hash) & mask; ; slot = (slot + 2) & mask) {
      int token = (int) shortSlots[slot + 1];
      if (shortSlots[slot] == key && token >>> RANK_BITS == length) {
        return token & RANK_MASK;
      }
      if (token == 0) {
        return NO_TOKEN;
      }
    }
  }

  private int longRank(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > longestToken) {
      return NO_TOKEN;
    }
    int mask = longSlots.length - 1;
    for (int slot = hash(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
      long found = longSlots[slot];
      int token = (int) (found >>> Integer.SIZE);
      if (token >>> RANK_BITS == length && isAt((int) found, bytes, from, to)) {
        return token & RANK_MASK;
      }
      if (token == 0) {
        return NO_TOKEN;
      }
    }
  }

  /** Compares whole words, the last one overlapping: there are more than 8 bytes. */
  private boolean isAt(int start, byte[] bytes, int from, int to) {
    int last = to - Long.BYTES;
    for (int at = from; at < last; at += Long.BYTES) {
      if (Utf8.eight(bytes, at) != Utf8.eight(longBytes, start + at - from)) {
        return false;
      }
    }
    return Utf8.eight(bytes, last) == Utf8.eight(longBytes, start + last - from);
  }

  private void putShort(long key, int token) {
    int mask = shortSlots.length - 1;
    int hash = hash(key, token >>> RANK_BITS);
    filter[(hash >>> 6) & (filter.length - 1)] |= 1L << hash;
    int slot = (2 * hash) & mask;
    while (shortSlots[slot + 1] != 0) {
      slot = (slot + 2) & mask;
    }
    shortSlots[slot] = key;
    shortSlots[slot + 1] = token;
  }

  private void putLong(int hash, int token, int start) {
    int mask = longSlots.length - 1;
    int slot = hash & mask;
    while (longSlots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    longSlots[slot] = (long) token << Integer.SIZE | start;
  }

  private static int hash(long key, int length) {
    return (int) (((key + length) * MIX) >>> 40);
  }

  /** Takes whole words, the last one overlapping: there are more than 8 bytes. */
  private static int hash(byte[] bytes, int from, int to) {
    long hash = (to - from) * MIX;
    int last = to - Long.BYTES;
    for (int at = from; at < last; at += Long.BYTES) {
      hash = (hash ^ Utf8.eight(bytes, at)) * MIX_LONG;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ Utf8.eight(bytes, last)) * MIX;
    return (int) ((hash ^ (hash >>> 32)) >>> 20);
  }

  private static int slotsFor(int tokens) {
    return Integer.highestOneBit(Math.max(1, tokens * 3 / 2)) * 2;
  }

  /** The tokens of a file, their bytes one after the other. */
  private static final class TokenList {
    final byte[] bytes;
    final int[] ends;
    final int[] ranks;
    int count;

    private TokenList(int bytes, int tokens) {
      this.bytes = new byte[bytes];
      this.ends = new int[tokens];
      this.ranks = new int[tokens];
    }

    static TokenList parse(byte[] file) throws IOException {
      int lines = 1;
      for (byte b : file) {
        lines += b == '\n' ? 1 : 0;
      }
      TokenList tokens = new TokenList(file.length, lines);
      for (int from = 0; from < file.length; ) {
        int space = indexOf(file, (byte) ' ', from);
        int end = indexOf(file, (byte) '\n', from);
        if (end > from) {
          if (space >= end) {
            throw new IOException("line " + (tokens.count + 1) + ": no rank after the token");
          }
          tokens.add(file, from, space, end);
        }
        from = end + 1;
      }
      return tokens;
    }

    int start(int token) {
      return token == 0 ? 0 : ends[token - 1];
    }

    int end(int token) {
      return ends[token];
    }

    private void add(byte[] file, int from, int space, int end) throws IOException {
      try {
        byte[] token = Base64.getDecoder().decode(Arrays.copyOfRange(file, from, space));
        int rank = parseRank(file, space + 1, end);
        if (token.length == 0 || token.length > LONGEST_TOKEN) {
          throw new IOException("line " + (count + 1) + ": a token of " + token.length + " bytes");
        }
        System.arraycopy(token, 0, bytes, start(count), token.length);
        ends[count] = start(count) + token.length;
        ranks[count] = rank;
        count++;
      } catch (IllegalArgumentException e) {
        throw new IOException("line " + (count + 1) + ": not a token in base64 and its rank", e);
      }
    }

    private static int parseRank(byte[] file, int from, int to) {
      int rank = 0;
      for (int i = from; i < to; i++) {
        int digit = file[i] - '0';
        if (digit < 0 || digit > 9 || rank > RANK_MASK / 10 - 1) {
          throw new IllegalArgumentException("rank");
        }
        rank = rank * 10 + digit;
      }
      return rank;
    }

    private static int indexOf(byte[] file, byte wanted, int from) {
      int at = from;
      while (at < file.length && file[at] != wanted) {
        at++;
      }
      return at;
    }
  }
}
