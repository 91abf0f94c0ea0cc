package io.nexus.control.journal;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.journal.JournalBatch.Reset;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Encodes records as bytes, for the journal. */
public final class RecordCodec {

  private static final int USUAL_BYTES = 512;
  private static final int LONGEST_TEXT = 0xFFFF;

  private RecordCodec() {}

  public static byte[] bytes(RecordId attempt) {
    var out = new Output();
    write(out, attempt);
    return out.all();
  }

  private static void write(Output out, RecordId attempt) {
    out.writeUTF(attempt.requestId());
    out.writeInt(attempt.number());
    out.writeInt(attempt.revision());
  }

  private static void write(Output out, BudgetCycle charge) {
    out.writeUTF(charge.budget());
    out.writeLong(charge.cycle().start().toEpochMilli());
    out.writeLong(charge.cycle().endMillis());
  }

  static byte[] bytes(Reset reset) {
    var out = new Output();
    write(out, reset.charge());
    out.writeUTF(reset.id());
    out.writeLong(reset.at().toEpochMilli());
    return out.all();
  }

  /**
   * Writes what {@link DataOutputStream} would, without its locks and its copies of each text: a
   * record is written for each attempt.
   */
  private static final class Output {

    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT =
        MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[USUAL_BYTES];
    private int size;

    void writeLong(long value) {
      LONG.set(bytes, room(Long.BYTES), value);
    }

    void writeInt(int value) {
      INT.set(bytes, room(Integer.BYTES), value);
    }

    void writeShort(int value) {
      SHORT.set(bytes, room(Short.BYTES), (short) value);
    }

    /** In modified UTF-8, after its length in bytes. */
    void writeUTF(String text) {
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

    byte[] all() {
      return Arrays.copyOf(bytes, size);
    }
  }

  static Reset reset(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    return new Reset(charge(in), in.readUTF(), Instant.ofEpochMilli(in.readLong()));
  }

  public static byte[] bytes(SpendRecord record) {
    var out = new Output();
    write(out, record.attempt());
    out.writeLong(record.at().toEpochMilli());
    out.writeUTF(record.caller().key());
    out.writeUTF(record.caller().team());
    out.writeUTF(record.caller().user());
    out.writeShort(record.caller().tags().size());
    for (var tag : record.caller().tags()) {
      out.writeUTF(tag);
    }
    out.writeUTF(record.target().backend());
    out.writeUTF(record.target().provider());
    out.writeUTF(record.target().model());
    var usage = record.usage();
    out.writeLong(usage.inputTokens());
    out.writeLong(usage.cachedInputTokens());
    out.writeLong(usage.cacheWriteTokens());
    out.writeLong(usage.audioInputTokens());
    out.writeLong(usage.outputTokens());
    out.writeLong(usage.reasoningTokens());
    out.writeLong(usage.audioOutputTokens());
    out.writeUTF(record.price());
    out.writeLong(record.cost().nanos());
    out.writeUTF(record.precision().name());
    out.writeUTF(record.outcome().name());
    out.writeShort(record.charges().size());
    for (var charge : record.charges()) {
      write(out, charge);
    }
    // Last, and only if present: older records have neither.
    boolean chat = record.target().api().equals(ServedBy.CHAT);
    if (!chat || !usage.extras().isEmpty()) {
      out.writeUTF(usage.extrasText());
    }
    if (!chat) {
      out.writeUTF(record.target().api());
    }
    return out.all();
  }

  public static RecordId attempt(byte[] bytes) throws IOException {
    return attempt(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  private static RecordId attempt(DataInputStream in) throws IOException {
    return new RecordId(in.readUTF(), in.readInt(), in.readInt());
  }

  /** The part of a record that accounts need: decoding all of it takes four times as long. */
  public record Charged(Money cost, List<BudgetCycle> charges) {}

  public static Charged charged(byte[] bytes) throws IOException {
    var in = ByteBuffer.wrap(bytes);
    skipTexts(in, 1);
    skip(in, 2 * Integer.BYTES + Long.BYTES);
    skipTexts(in, 3);
    skipTexts(in, in.getShort());
    skipTexts(in, 3);
    skip(in, 7 * Long.BYTES);
    skipTexts(in, 1);
    var cost = new Money(in.getLong());
    skipTexts(in, 2);
    var rest = new ByteArrayInputStream(bytes, in.position(), in.remaining());
    return new Charged(cost, charges(new DataInputStream(rest)));
  }

  private static void skipTexts(ByteBuffer in, int count) {
    for (int i = 0; i < count; i++) {
      skip(in, Short.toUnsignedInt(in.getShort()));
    }
  }

  private static void skip(ByteBuffer in, int bytes) {
    var _ = in.position(in.position() + bytes);
  }

  public static SpendRecord record(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    var record =
        new SpendRecord(
            attempt(in),
            Instant.ofEpochMilli(in.readLong()),
            new Caller(in.readUTF(), in.readUTF(), in.readUTF(), tags(in)),
            new ServedBy(in.readUTF(), in.readUTF(), in.readUTF()),
            new Usage(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong()),
            in.readUTF(),
            new Money(in.readLong()),
            Precision.valueOf(in.readUTF()),
            Outcome.valueOf(in.readUTF()),
            charges(in));
    if (in.available() == 0) {
      return record;
    }
    var full = record.withUsage(record.usage().withExtras(Usage.extras(in.readUTF())));
    return in.available() == 0 ? full : full.askedFor(in.readUTF());
  }

  private static List<String> tags(DataInputStream in) throws IOException {
    int size = in.readShort();
    var tags = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      tags.add(in.readUTF());
    }
    return tags;
  }

  private static List<BudgetCycle> charges(DataInputStream in) throws IOException {
    int size = in.readShort();
    var charges = new ArrayList<BudgetCycle>(size);
    for (int i = 0; i < size; i++) {
      charges.add(charge(in));
    }
    return charges;
  }

  private static BudgetCycle charge(DataInputStream in) throws IOException {
    var budget = in.readUTF();
    var start = Instant.ofEpochMilli(in.readLong());
    long end = in.readLong();
    return new BudgetCycle(
        budget, new Cycle(start, end == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(end)));
  }
}
