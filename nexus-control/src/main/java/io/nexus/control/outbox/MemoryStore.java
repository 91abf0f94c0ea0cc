package io.nexus.control.outbox;

import io.nexus.control.ledger.SpendRecord;
import java.util.ArrayDeque;
import java.util.List;

/** Stores records in memory. */
final class MemoryStore implements Store {

  private static final int AT_MOST = 20_000;

  private final ArrayDeque<SpendRecord> records = new ArrayDeque<>();

  /** The number of records returned last that are still stored. */
  private long given;

  @Override
  public long size() {
    return records.size();
  }

  @Override
  public long append(List<SpendRecord> added) {
    records.addAll(added);
    long dropped = 0;
    for (; records.size() > AT_MOST; dropped++) {
      records.remove();
    }
    given = Math.max(0, given - dropped);
    return dropped;
  }

  @Override
  public List<SpendRecord> first(int atMost) {
    var oldest = records.stream().limit(atMost).toList();
    given = oldest.size();
    return oldest;
  }

  @Override
  public void removeGiven() {
    for (; given > 0; given--) {
      records.remove();
    }
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "Records in memory";
  }
}
