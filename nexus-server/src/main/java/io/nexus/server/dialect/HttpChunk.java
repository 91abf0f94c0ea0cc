package io.nexus.server.dialect;

import io.helidon.common.buffers.BufferData;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A chunk of a body in HTTP/1.1's chunked coding, built in a reused array. Not for concurrent use.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding">RFC 9112,
 *     7.1</a>
 */
final class HttpChunk {

  private static final int INITIAL_BYTES = 512;

  /** An array beyond that is not kept for the next chunk. */
  private static final int KEPT_BYTES = 16 * 1024;

  /** Room for the size in hexadecimal digits and the end of its line. */
  private static final int HEAD_BYTES = 10;

  private static final int TAIL_BYTES = 2;

  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int end = HEAD_BYTES;

  boolean isEmpty() {
    return end == HEAD_BYTES;
  }

  void add(byte[] more, int from, int to) {
    int count = to - from;
    if (count > bytes.length - TAIL_BYTES - end) {
      int least = Math.max(INITIAL_BYTES, end + count + TAIL_BYTES);
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, least));
    }
    System.arraycopy(more, from, bytes, end, count);
    end += count;
  }

  /** Writes what has been added, without its frame. */
  void writeContentTo(OutputStream out) throws IOException {
    out.write(bytes, HEAD_BYTES, end - HEAD_BYTES);
  }

  /** What has been added, in its frame. */
  BufferData framed() {
    int from = HEAD_BYTES;
    bytes[--from] = '\n';
    bytes[--from] = '\r';
    for (int size = end - HEAD_BYTES; size > 0; size >>>= 4) {
      bytes[--from] = (byte) Character.forDigit(size & 0xF, 16);
    }
    bytes[end] = '\r';
    bytes[end + 1] = '\n';
    return BufferData.create(bytes, from, end + TAIL_BYTES - from);
  }

  /** Begins the next chunk; what was returned before is no longer valid. */
  void clear() {
    end = HEAD_BYTES;
    if (bytes.length > KEPT_BYTES) {
      bytes = NONE;
    }
  }
}
