package io.nexus.server.flow;

import io.nexus.control.budget.Caller;
import io.nexus.control.journal.ByteOutput;
import io.nexus.control.journal.RecordCodec;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.Location;
import io.nexus.server.flow.RecentRequest.End;
import io.nexus.server.flow.RecentRequest.Try;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recent request that has ended, as bytes in an array that is used again. So a gateway under load
 * keeps no objects of ended requests, which each collection would have to copy. The reasons for
 * removed candidates, which most requests do not have, stay objects. Not for concurrent use.
 */
final class PackedRequest {

  private static final int LONGEST_TEXT = 1024;

  private byte[] bytes = new byte[0];
  private int length;
  private List<Exclusion> excluded = List.of();

  /** Takes the place of what was packed before. */
  void pack(RecentRequest request, End end) {
    var out = new ByteOutput();
    write(out, request, end);
    var packed = out.all();
    length = packed.length;
    if (length > bytes.length) {
      bytes = packed;
    } else {
      System.arraycopy(packed, 0, bytes, 0, length);
    }
    excluded = request.excluded();
  }

  /** Whether nothing was packed yet. */
  boolean isEmpty() {
    return length == 0;
  }

  /** What was packed last; there must be something. */
  RecentRequest request() {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
      return new RecentRequest(
          in.readUTF(),
          in.readLong(),
          new Caller(in.readUTF(), in.readUTF(), in.readUTF(), texts(in)),
          in.readUTF(),
          in.readUTF(),
          in.readShort() != 0,
          excluded,
          tries(in),
          new End(in.readInt(), in.readUTF(), in.readLong()));
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
  }

  private static void write(ByteOutput out, RecentRequest request, End end) {
    out.writeUTF(cut(request.id()));
    out.writeLong(request.atMillis());
    out.writeUTF(cut(request.caller().key()));
    out.writeUTF(cut(request.caller().team()));
    out.writeUTF(cut(request.caller().user()));
    out.writeShort(request.caller().tags().size());
    for (var tag : request.caller().tags()) {
      out.writeUTF(cut(tag));
    }
    out.writeUTF(request.api());
    out.writeUTF(cut(request.model()));
    write(out, request.stream());
    var tries = request.tries();
    out.writeShort(tries.size());
    for (var each : tries) {
      write(out, each);
    }
    out.writeInt(end.status());
    out.writeUTF(cut(end.error()));
    out.writeLong(end.elapsedNanos());
  }

  private static void write(ByteOutput out, Try attempt) {
    out.writeUTF(cut(attempt.backend()));
    out.writeUTF(cut(attempt.model()));
    out.writeUTF(attempt.location().name());
    write(out, attempt.fallback());
    out.writeUTF(attempt.reason().name());
    out.writeLong(attempt.estimate().nanos());
    out.writeLong(attempt.hold().nanos());
    out.writeLong(attempt.held().nanos());
    out.writeLong(attempt.worstCase().nanos());
    out.writeLong(attempt.heldTokens());
    out.writeLong(attempt.coveredTokens());
    write(out, attempt.clamped());
    out.writeUTF(cut(attempt.priceSource()));
    var record = attempt.record() == null ? new byte[0] : RecordCodec.bytes(attempt.record());
    out.writeInt(record.length);
    out.write(record);
  }

  private static void write(ByteOutput out, boolean value) {
    out.writeShort(value ? 1 : 0);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    int size = in.readUnsignedShort();
    var texts = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  private static List<Try> tries(DataInputStream in) throws IOException {
    int size = in.readUnsignedShort();
    var tries = new ArrayList<Try>(size);
    for (int i = 0; i < size; i++) {
      tries.add(
          new Try(
              in.readUTF(),
              in.readUTF(),
              Location.valueOf(in.readUTF()),
              in.readShort() != 0,
              RouteReason.valueOf(in.readUTF()),
              new Money(in.readLong()),
              new Money(in.readLong()),
              new Money(in.readLong()),
              new Money(in.readLong()),
              in.readLong(),
              in.readLong(),
              in.readShort() != 0,
              in.readUTF(),
              record(in)));
    }
    return tries;
  }

  private static @Nullable SpendRecord record(DataInputStream in) throws IOException {
    var record = in.readNBytes(in.readInt());
    return record.length == 0 ? null : RecordCodec.record(record);
  }
}
