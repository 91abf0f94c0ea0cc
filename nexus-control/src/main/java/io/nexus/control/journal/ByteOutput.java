package io.nexus.control.journal;

import java.io.DataOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes what {@link DataOutputStream} would, without its locks and its copies of each text:
 * several times for each request. Not for concurrent use.
 */
public final class ByteOutput {

  private static final int USUAL_BYTES = 512;
  private static final int LONGEST_TEXT = 0xFFFF;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[USUAL_BYTES];
  private int size;

  /** In eight bytes, the highest first. */
  public void writeLong(long value) {
    int at = room(Long.BYTES); // May replace the array.
    LONG.set(bytes, at, value);
  }

  /** In four bytes, the highest first. */
  public void writeInt(int value) {
    int at = room(Integer.BYTES); // May replace the array.
    INT.set(bytes, at, value);
  }

  /** Its two lower bytes, the higher one first. */
  public void writeShort(int value) {
    int at = room(Short.BYTES); // May replace the array.
    SHORT.set(bytes, at, (short) value);
  }

  /** As they are. */
  public void write(byte[] more) {
    int at = room(more.length);
    System.arraycopy(more, 0, bytes, at, more.length);
  }

  /**
   * In modified UTF-8, after its length in bytes.
   *
   * @throws IllegalArgumentException if it has more than 65,535 bytes
   */
  public void writeUTF(String text) {
    int lengthAt = room(Short.BYTES + 3 * text.length());
    int to = lengthAt + Short.BYTES;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80 && c != 0) {
        bytes[to++] = (byte) c;
      } else if (c < 0x800) {
        bytes[to++] = (byte) (0xC0 | (c >> 6));
        bytes[to++] = (byte) (0x80 | (c & 0x3F));
      } else {
        bytes[to++] = (byte) (0xE0 | (c >> 12));
        bytes[to++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        bytes[to++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    int length = to - lengthAt - Short.BYTES;
    if (length > LONGEST_TEXT) {
      throw new IllegalArgumentException("a text of a record has " + length + " bytes");
    }
    SHORT.set(bytes, lengthAt, (short) length);
    size = to;
  }

  /** The place of so many more bytes. */
  private int room(int more) {
    int from = size;
    size += more;
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
    }
    return from;
  }

  /** A copy of what was written. */
  public byte[] all() {
    return Arrays.copyOf(bytes, size);
  }
}
