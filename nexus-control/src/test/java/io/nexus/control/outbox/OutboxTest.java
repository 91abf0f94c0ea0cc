package io.nexus.control.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OutboxTest {

  private static final long LARGE = 1L << 30;

  @TempDir private Path temp;

  private static SpendRecord record(int number) {
    return new SpendRecord(
        new RecordId("req_" + number, 1),
        Instant.EPOCH.plusMillis(number),
        Caller.ANONYMOUS,
        ServedBy.UNKNOWN,
        Usage.of(number, 1),
        "price",
        new Money(number),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of());
  }

  private static List<SpendRecord> records(int from, int until) {
    return IntStream.range(from, until).mapToObj(OutboxTest::record).toList();
  }

  private static List<SpendRecord> next(Outbox outbox, int atMost) throws Exception {
    return outbox.next(atMost, Duration.ZERO);
  }

  @Test
  void next_untilTaken_givesTheSame() throws Exception {
    try (var outbox = Outbox.in(temp, LARGE)) {
      outbox.add(records(0, 3));
      outbox.add(records(3, 5));
      assertEquals(records(0, 4), next(outbox, 4));
      assertEquals(records(0, 4), next(outbox, 4));
      outbox.taken();
      assertEquals(1, outbox.size());
      assertEquals(records(4, 5), next(outbox, 4));
      outbox.taken();
      outbox.drain();
      assertEquals(List.of(), next(outbox, 4));
    }
  }

  @Test
  void in_processDiedWhileItWrote_goesOnWithWhatWasWrittenAndNotTaken() throws Exception {
    try (var first = Outbox.in(temp, LARGE)) {
      first.add(records(0, 10));
      assertEquals(records(0, 4), next(first, 4));
      first.taken();
      assertEquals(records(4, 9), next(first, 5));
    }
    try (Stream<Path> files = Files.list(temp)) {
      var last = files.filter(file -> file.toString().endsWith(".records")).toList().getLast();
      Files.write(last, new byte[] {0, 0, 1, 0, 1, 2, 3, 4, 5}, StandardOpenOption.APPEND);
    }
    try (var second = Outbox.in(temp, LARGE)) {
      assertEquals(6, second.size());
      second.add(records(10, 12));
      assertEquals(records(4, 12), next(second, 100));
    }
  }

  @Test
  void in_folderInUse_isRefused() throws Exception {
    try (var outbox = Outbox.in(temp, LARGE)) {
      var refused = assertThrows(LedgerException.class, () -> Outbox.in(temp, LARGE));
      assertEquals(LedgerException.Kind.IN_USE, refused.kind());
      assertEquals(0, outbox.size());
    }
  }

  @Test
  void add_beyondItsBound_dropsTheOldestAndCountsThem() throws Exception {
    try (var outbox = Outbox.in(temp, 1 << 17)) {
      long dropped = 0;
      for (int i = 0; i < 4_000; i += 20) {
        dropped += outbox.add(records(i, i + 20));
      }
      assertTrue(dropped > 0);
      assertEquals(4_000, dropped + outbox.size());
      long bytes = 0;
      try (Stream<Path> files = Files.list(temp)) {
        for (var file : files.toList()) {
          bytes += Files.size(file);
        }
      }
      assertTrue(bytes <= (1 << 17) + (1 << 12), bytes + " bytes");
      var left = next(outbox, 10_000);
      assertEquals(records((int) dropped, 4_000), left);
    }
  }

  @Test
  void next_recordIsDamaged_passesItsFileOver() throws Exception {
    try (var outbox = Outbox.in(temp, LARGE)) {
      outbox.add(records(0, 100));
      try (Stream<Path> files = Files.list(temp)) {
        var file = files.filter(each -> each.toString().endsWith(".records")).toList().getFirst();
        var bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes, StandardOpenOption.WRITE);
      }
      outbox.drain();
      assertEquals(List.of(), next(outbox, 10));
      assertEquals(0, outbox.size());
    }
  }

  @Test
  void inMemory_givesAndForgets() throws Exception {
    try (var outbox = Outbox.inMemory()) {
      outbox.add(records(0, 5));
      assertEquals(records(0, 3), next(outbox, 3));
      outbox.taken();
      assertEquals(records(3, 5), next(outbox, 3));
      assertEquals(2, outbox.add(records(5, 20_005)));
      outbox.taken();
      assertEquals(20_000, outbox.size());
      assertEquals(records(5, 6), next(outbox, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void manySteps_inAnyOrder_giveEachRecordOnceOrAgain(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var given = new ArrayList<SpendRecord>();
    int added = 0;
    var outbox = Outbox.in(temp, LARGE);
    try {
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(4)) {
          case 0, 1 -> {
            int more = random.nextInt(1, 400);
            outbox.add(records(added, added + more));
            added += more;
          }
          case 2 -> take(outbox, random.nextInt(1, 700), given);
          default -> {
            outbox.close();
            outbox = Outbox.in(temp, LARGE);
          }
        }
        assertEquals(added - given.size(), outbox.size(), "seed " + seed + ", step " + step);
      }
      while (outbox.size() > 0) {
        take(outbox, 1_000, given);
      }
      assertEquals(records(0, added), given, "seed " + seed);
    } finally {
      outbox.close();
    }
  }

  private static void take(Outbox outbox, int atMost, List<SpendRecord> to)
      throws IOException, InterruptedException {
    if (outbox.size() > 0) {
      to.addAll(outbox.next(atMost, Duration.ZERO));
      outbox.taken();
    }
  }
}
