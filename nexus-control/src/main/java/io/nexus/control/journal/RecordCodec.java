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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Encodes records as bytes, for the journal and for what keeps records in memory. */
public final class RecordCodec {

  private RecordCodec() {}

  public static byte[] bytes(RecordId attempt) {
    var out = new ByteOutput();
    write(out, attempt);
    return out.all();
  }

  private static void write(ByteOutput out, RecordId attempt) {
    out.writeUTF(attempt.requestId());
    out.writeInt(attempt.number());
    out.writeInt(attempt.revision());
  }

  private static void write(ByteOutput out, BudgetCycle charge) {
    out.writeUTF(charge.budget());
    out.writeLong(charge.cycle().start().toEpochMilli());
    out.writeLong(charge.cycle().endMillis());
  }

  static byte[] bytes(Reset reset) {
    var out = new ByteOutput();
    write(out, reset.charge());
    out.writeUTF(reset.id());
    out.writeLong(reset.at().toEpochMilli());
    return out.all();
  }

  static Reset reset(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    return new Reset(charge(in), in.readUTF(), Instant.ofEpochMilli(in.readLong()));
  }

  public static byte[] bytes(SpendRecord record) {
    var out = new ByteOutput();
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
