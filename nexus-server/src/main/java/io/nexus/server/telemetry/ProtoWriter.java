package io.nexus.server.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/**
 * Writes a message of Protocol Buffers, field by field. Zeros are written too; readers treat them
 * like absent fields.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtoWriter {

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  /** A whole number, an enum or a truth value. */
  ProtoWriter number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** A whole number of eight bytes. */
  ProtoWriter fixed64(int field, long value) {
    tag(field, FIXED_64);
    eight(value);
    return this;
  }

  /** A whole number of four bytes. */
  ProtoWriter fixed32(int field, int value) {
    tag(field, FIXED_32);
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes.write(value >>> (8 * i));
    }
    return this;
  }

  ProtoWriter real(int field, double value) {
    return fixed64(field, Double.doubleToRawLongBits(value));
  }

  ProtoWriter text(int field, String value) {
    return raw(field, value.getBytes(UTF_8));
  }

  ProtoWriter raw(int field, byte[] value) {
    tag(field, LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  ProtoWriter message(int field, Consumer<ProtoWriter> content) {
    var message = new ProtoWriter();
    content.accept(message);
    return raw(field, message.toByteArray());
  }

  /** Whole numbers of eight bytes each, packed. */
  ProtoWriter packed(int field, long[] values) {
    tag(field, LENGTH);
    varint((long) values.length * Long.BYTES);
    for (long value : values) {
      eight(value);
    }
    return this;
  }

  ProtoWriter packed(int field, double[] values) {
    var bits = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Double.doubleToRawLongBits(values[i]);
    }
    return packed(field, bits);
  }

  private void tag(int field, int type) {
    varint(((long) field << 3) | type);
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
  }

  private void eight(long value) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes.write((int) (value >>> (8 * i)));
    }
  }
}
