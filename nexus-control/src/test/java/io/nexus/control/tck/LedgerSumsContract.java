package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.SpendSlices;
import io.nexus.control.ledger.SpendStep;
import io.nexus.control.ledger.SpendSums;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After any history, each report equals the sum of the records. */
public abstract class LedgerSumsContract extends LedgerFixture {

  private static final int ROUNDS = 8;
  private static final int QUERIES = 16;
  private static final int RECORDS = 40;
  private static final int MILLIS = (int) Duration.ofHours(5).toMillis();

  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          ZoneId.of("America/New_York"),
          ZoneId.of("Asia/Kolkata"),
          ZoneId.of("Asia/Kathmandu"),
          ZoneId.of("Australia/Lord_Howe"));

  private static final List<Outcome> OUTCOMES =
      List.of(Outcome.COMPLETED, Outcome.BROKEN, Outcome.UNKNOWN, Outcome.LOST);

  /** For subclasses. */
  protected LedgerSumsContract() {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void spend_afterAnything_isWhatTheRecordsAddUpTo(long seed) throws Exception {
    var random = new Random(seed);
    try (var ledger = open()) {
      var posted = new ArrayList<SpendRecord>();
      for (int round = 0; round < ROUNDS; round++) {
        change(ledger, random, posted, round);
        assertTrue(ledger.verify().agrees(), () -> "seed " + seed);
        for (int i = 0; i < QUERIES; i++) {
          assertReports(ledger, query(random));
        }
      }
    }
  }

  private static void change(
      Ledger ledger, RandomGenerator random, List<SpendRecord> posted, int round)
      throws LedgerException {
    var from = posted.size();
    IntStream.range(0, RECORDS).forEach(i -> posted.add(record(random, from + i)));
    // Some come again, as after the loss of an answer.
    ledger.post("a", "a-1", posted.subList(Math.max(0, from - random.nextInt(20)), posted.size()));
    switch (round % 4) {
      case 1 -> {
        var nanos = random.nextLong(Money.NANOS_PER_USD * 3);
        var due = new Due(new Money(nanos), "again");
        var rule = new Due.Rule(Set.of(Outcome.COMPLETED), _ -> Optional.of(due));
        ledger.correct(query(random), rule, moment(random));
      }
      case 2 -> ledger.forgive(GLOBAL, "f" + round, moment(random));
      case 3 -> ledger.prune(moment(random).minus(Duration.ofHours(1)));
      default -> {
        var renamed = new BudgetCycle("renamed" + round, NOVEMBER);
        ledger.carry("global", renamed, moment(random));
      }
    }
  }

  private static Instant moment(RandomGenerator random) {
    return AT.plusMillis(random.nextInt(MILLIS));
  }

  private static SpendRecord record(RandomGenerator random, int number) {
    int input = random.nextInt(1000);
    int output = random.nextInt(1000);
    var tags = random.nextBoolean() ? List.<String>of() : List.of("x", "y" + random.nextInt(2));
    return new SpendRecord(
        new RecordId("r" + number, 0),
        moment(random),
        new Caller("k" + random.nextInt(3), some(random, "t"), some(random, "u"), tags),
        new ServedBy("b" + random.nextInt(2), "p", "m" + random.nextInt(3), some(random, "api")),
        new Usage(input, input / 3, 0, 0, output, output / 2, 0),
        "",
        new Money(random.nextLong(Money.NANOS_PER_USD * 2)),
        Precision.REPORTED,
        OUTCOMES.get(random.nextInt(OUTCOMES.size())),
        random.nextInt(4) == 0 ? List.of() : List.of(GLOBAL));
  }

  private static String some(RandomGenerator random, String name) {
    int number = random.nextInt(3);
    return number == 0 ? "" : name + number;
  }

  private static SpendQuery query(RandomGenerator random) {
    var groups = SpendGroup.values();
    var where = new HashMap<SpendGroup, String>();
    if (random.nextInt(3) == 0) {
      var each = groups[random.nextInt(groups.length)];
      var value = value(random, each);
      value.ifPresent(text -> where.put(each, text));
    }
    var since = random.nextBoolean() ? Instant.EPOCH : moment(random);
    var until = random.nextBoolean() ? Instant.MAX : since.plusMillis(random.nextInt(MILLIS));
    return new SpendQuery(
        groups[random.nextInt(groups.length)],
        since,
        until,
        ZONES.get(random.nextInt(ZONES.size())),
        random.nextInt(3) == 0 ? Set.of("k0", "k2") : Set.of(),
        Map.copyOf(where));
  }

  private static Optional<String> value(RandomGenerator random, SpendGroup group) {
    return switch (group) {
      case MODEL -> Optional.of("m1");
      case BACKEND -> Optional.of("b1");
      case API -> Optional.of(some(random, "api"));
      case KEY -> Optional.of("k" + random.nextInt(3));
      case TEAM -> Optional.of(some(random, "t"));
      case USER -> Optional.of(some(random, "u"));
      case TAG -> Optional.of("x");
      case OUTCOME -> Optional.of("completed");
      case DAY -> Optional.empty();
    };
  }

  private static void assertReports(Ledger ledger, SpendQuery query) throws LedgerException {
    var sums = new SpendSums(query);
    var slices = new HashMap<SpendStep, SpendSlices>();
    Arrays.stream(SpendStep.values())
        .forEach(step -> slices.put(step, new SpendSlices(query, step)));
    for (var record : all(ledger)) {
      if (query.covers(record)) {
        sums.add(record);
        slices.values().forEach(each -> each.add(record));
      }
    }
    assertEquals(sums.lines(), ledger.spend(query), query::toString);
    for (var step : slices.entrySet()) {
      assertEquals(
          step.getValue().slices(),
          ledger.slices(query, step.getKey()),
          () -> step.getKey() + " of " + query);
    }
  }
}
