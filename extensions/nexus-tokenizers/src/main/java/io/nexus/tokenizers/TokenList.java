package io.nexus.tokenizers;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The tokens of a file in tiktoken's text format, their bytes one after the other: a line a token,
 * base64 of its bytes, a space, its rank.
 */
final class TokenList {
  private static final int LONGEST_TOKEN = 255;

  private final byte[] bytes;
  private final int[] ends;
  private final int[] ranks;
  private int count;

  private TokenList(int bytes, int tokens) {
    this.bytes = new byte[bytes];
    this.ends = new int[tokens];
    this.ranks = new int[tokens];
  }

  /**
   * Reads a file's content.
   *
   * @throws IOException if it is not in that format; says in which line
   */
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

  int count() {
    return count;
  }

  /** All tokens' bytes. */
  byte[] bytes() {
    return bytes;
  }

  int start(int token) {
    return token == 0 ? 0 : ends[token - 1];
  }

  int end(int token) {
    return ends[token];
  }

  int length(int token) {
    return end(token) - start(token);
  }

  int rank(int token) {
    return ranks[token];
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
      if (digit < 0 || digit > 9 || rank > Vocabulary.NO_TOKEN / 10 - 1) {
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
