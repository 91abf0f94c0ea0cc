package io.nexus.server.dialect;

/**
 * Distinguishes text from base64 data, for instance an image within an answer. A long run of base64
 * characters is data if it is in a {@code data:} URL, or if it arrived in one piece of a stream and
 * has digits and letters of both cases: models also write base64, but token by token.
 */
public final class Binary {

  private static final int LEAST_CHARS = 1024;
  private static final String MARK = "base64,";

  private Binary() {}

  /**
   * Passes the text to a meter.
   *
   * @param inPiece whether it is a piece of a stream
   */
  public static void feed(char[] chars, int from, int length, boolean inPiece, OutputMeter meter) {
    if (length < LEAST_CHARS) {
      meter.text(chars, from, length);
      return;
    }
    int to = from + length;
    int textFrom = from;
    int at = from;
    while (at < to) {
      int end = runEnd(chars, at, to);
      if (end - at >= LEAST_CHARS && isBinary(chars, from, at, end, inPiece)) {
        meter.text(chars, textFrom, at - textFrom);
        textFrom = end;
      }
      at = end + 1;
    }
    if (textFrom < to) {
      meter.text(chars, textFrom, to - textFrom);
    }
  }

  private static int runEnd(char[] chars, int from, int to) {
    int at = from;
    while (at < to && isBase64(chars[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBase64(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '='
        || c == '-'
        || c == '_'
        || c == '\n'
        || c == '\r';
  }

  private static boolean isBinary(char[] chars, int textFrom, int from, int to, boolean inPiece) {
    if (isMarked(chars, textFrom, from)) {
      return true;
    }
    if (!inPiece) {
      return false;
    }
    boolean lower = false;
    boolean upper = false;
    boolean digit = false;
    for (int i = from; i < to && !(lower && upper && digit); i++) {
      lower |= chars[i] >= 'a' && chars[i] <= 'z';
      upper |= chars[i] >= 'A' && chars[i] <= 'Z';
      digit |= chars[i] >= '0' && chars[i] <= '9';
    }
    return lower && upper && digit;
  }

  private static boolean isMarked(char[] chars, int textFrom, int at) {
    int from = at - MARK.length();
    if (from < textFrom) {
      return false;
    }
    for (int i = 0; i < MARK.length(); i++) {
      if (chars[from + i] != MARK.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
