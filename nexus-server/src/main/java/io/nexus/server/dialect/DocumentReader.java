package io.nexus.server.dialect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON at one place of an answer: one document, or several in a row. Anything that is not
 * JSON counts as text; no exception escapes. Not for concurrent use.
 */
public abstract class DocumentReader {

  private int offset;

  /** The offset of the current document in its bytes. */
  protected final int offset() {
    return offset;
  }

  /** Reads a document; the parser stands before it, and then at its end. */
  protected abstract void document(ReusableJsonParser json) throws IOException;

  /** Receives unreadable data as text. */
  protected abstract void text(char[] text);

  /**
   * Reads all documents in the range.
   *
   * @return whether all of it is JSON
   */
  protected final boolean documents(byte[] bytes, int from, int to) {
    int at = from;
    do {
      offset = at;
      int read = 0;
      int unread = 0;
      try (var json = ReusableJsonParser.of(bytes, at, to)) {
        try {
          document(json);
          read = json.bytesRead();
        } catch (IOException e) {
          unread = json.tokenStart();
          throw e;
        }
      } catch (IOException e) {
        text(bytes, at + unread, to);
        return false;
      }
      at = afterBlanks(bytes, at + read, to);
    } while (at < to && bytes[at] == '{');
    return true;
  }

  private void text(byte[] bytes, int from, int to) {
    if (from < to) {
      text(new String(bytes, from, to - from, StandardCharsets.UTF_8).toCharArray());
    }
  }

  private static int afterBlanks(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && (bytes[at] <= ' ' && bytes[at] >= 0)) {
      at++;
    }
    return at;
  }
}
