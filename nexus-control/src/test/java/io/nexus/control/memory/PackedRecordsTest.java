package io.nexus.control.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.journal.RecordCodec;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedRecordsTest {

  private static final BudgetCycle CHARGE =
      new BudgetCycle(
          "global",
          new Cycle(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z")));

  private final PackedRecords store = new PackedRecords();

  /** It behaves like a plain map under the same operations. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void anyUse_isThatOfAnOrderedMap(long seed) throws IOException {
    var random = new Random(seed);
    var map = new LinkedHashMap<RecordId, SpendRecord>();
    for (int step = 0; step < 4000; step++) {
      var record = record(random.nextInt(1500), random.nextInt(2), random.nextInt(40));
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          if (!map.isEmpty()) {
            assertRemoved(map.pollFirstEntry().getValue());
          }
        }
        case 2 -> assertEquals(map.containsKey(record.attempt()), store.contains(record.attempt()));
        default ->
            assertEquals(map.putIfAbsent(record.attempt(), record) == null, store.add(record));
      }
      assertEquals(map.size(), store.size());
    }
    var odd = map.values().stream().filter(PackedRecordsTest::isOdd).toList();
    assertEquals(odd, store.removeIf(PackedRecordsTest::isOdd));
    map.values().removeIf(PackedRecordsTest::isOdd);
    assertEquals(List.copyOf(map.values()), all());
    for (var record : map.values()) {
      assertTrue(store.contains(record.attempt()));
    }
  }

  @Test
  void add_longerThanASegment_isKeptWhole() throws IOException {
    var long1 = record(1, 0, 300);
    var short2 = record(2, 0, 0);
    assertTrue(store.add(long1));
    assertTrue(store.add(short2));
    assertFalse(store.add(long1));
    assertEquals(List.of(long1, short2), all());
    assertRemoved(long1);
    assertRemoved(short2);
    assertFalse(store.contains(long1.attempt()));
    assertTrue(store.add(long1));
  }

  private List<SpendRecord> all() {
    var all = new ArrayList<SpendRecord>();
    store.forEach(all::add);
    return all;
  }

  private static boolean isOdd(SpendRecord record) {
    return record.cost().nanos() % 2 == 1;
  }

  private static SpendRecord record(int request, int revision, int tags) {
    return new SpendRecord(
        new RecordId("req_" + request, 1, revision),
        Instant.parse("2026-11-26T12:00:00Z").plusMillis(request),
        new Caller("key", "team", "", Collections.nCopies(tags, "tag".repeat(80))),
        new ServedBy("openai", "openai", "gpt-4o"),
        Usage.of(request, 20),
        "in 2.5; out 10; built-in: gpt-4o",
        new Money(request),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of(CHARGE));
  }

  private void assertRemoved(SpendRecord first) throws IOException {
    byte[] bytes = store.removeFirst();
    assertEquals(first, RecordCodec.record(bytes));
    assertEquals(
        new RecordCodec.Charged(first.cost(), first.charges()), RecordCodec.charged(bytes));
  }
}
