package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.SpendStep;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How spend is cut by groups and time, and records are listed. */
public abstract class LedgerListsContract extends LedgerSumsContract {

  /** For subclasses. */
  protected LedgerListsContract() {}

  static List<String> groups(Ledger ledger, SpendQuery query) throws LedgerException {
    return ledger.spend(query).stream().map(SpendLine::group).toList();
  }

  private static SpendRecord moved(SpendRecord record, Instant at, String user, String... tags) {
    var caller = new Caller("ci", "research", user, List.of(tags));
    return new SpendRecord(
        record.attempt(),
        at,
        caller,
        record.target(),
        record.usage(),
        record.price(),
        record.cost(),
        record.precision(),
        record.outcome(),
        record.charges());
  }

  private static SpendQuery where(SpendGroup group, String value) {
    return new SpendQuery(
        SpendGroup.USER, Instant.MIN, Instant.MAX, ZoneOffset.UTC, Set.of(), Map.of(group, value));
  }

  @Test
  void spend_whereGroupsAreNamed_countsTheseOnly() throws Exception {
    try (var ledger = open()) {
      ledger.post(
          "a",
          "a-1",
          List.of(
              moved(record("r1", "1"), AT, "ann", "Night", "batch"),
              moved(record("r2", "2"), AT, "bob", "night%"),
              moved(record("r3", "4"), AT, "")));
      assertEquals(List.of("", "bob", "ann"), groups(ledger, by(SpendGroup.USER)));
      assertEquals(List.of("completed"), groups(ledger, by(SpendGroup.OUTCOME)));
      assertEquals(List.of("ann"), groups(ledger, where(SpendGroup.USER, "ann")));
      assertEquals(List.of("ann"), groups(ledger, where(SpendGroup.TAG, "batch")));
      assertEquals(List.of("ann"), groups(ledger, where(SpendGroup.TAG, "Night")));
      assertEquals(List.of("bob"), groups(ledger, where(SpendGroup.TAG, "night%")));
      assertEquals(List.of(""), groups(ledger, where(SpendGroup.TAG, "")));
      assertEquals(List.of(), groups(ledger, where(SpendGroup.TAG, "night")));
      assertEquals(List.of(), groups(ledger, where(SpendGroup.OUTCOME, "broken")));
      assertEquals(3, groups(ledger, where(SpendGroup.OUTCOME, "completed")).size());
      var latest = ledger.latest(where(SpendGroup.USER, "bob"), List.of(), 9);
      assertEquals(List.of("r2"), ids(latest));
    }
  }

  @Test
  void slices_ofHoursAndDays_addUpToTheWhole() throws Exception {
    try (var ledger = open()) {
      var hour = Instant.parse("2026-11-23T22:00:00Z");
      ledger.post(
          "a",
          "a-1",
          List.of(
              moved(record("r1", "1"), hour.plusSeconds(3599), "ann"),
              moved(record("r2", "2"), hour.plusSeconds(3600), "ann"),
              moved(record("r3", "4"), hour.plusSeconds(3600), "bob")));
      assertEquals(
          List.of(
              hour + " ann 1",
              hour.plusSeconds(3600) + " bob 4",
              hour.plusSeconds(3600) + " ann 2"),
          slices(ledger, ZoneOffset.UTC, SpendStep.HOUR));
      assertEquals(
          List.of("2026-11-23T00:00:00Z bob 4", "2026-11-23T00:00:00Z ann 3"),
          slices(ledger, ZoneOffset.UTC, SpendStep.DAY));
      assertEquals(
          List.of("2026-11-23T22:30:00Z bob 4", "2026-11-23T22:30:00Z ann 3"),
          slices(ledger, ZoneId.of("Asia/Kolkata"), SpendStep.HOUR));
      assertEquals(
          List.of(
              "2026-11-22T23:00:00Z ann 1",
              "2026-11-23T23:00:00Z bob 4",
              "2026-11-23T23:00:00Z ann 2"),
          slices(ledger, ZoneId.of("Europe/Paris"), SpendStep.DAY));
    }
  }

  private static List<String> slices(Ledger ledger, ZoneId zone, SpendStep step)
      throws LedgerException {
    var query = new SpendQuery(SpendGroup.USER, Instant.MIN, Instant.MAX, zone);
    return ledger.slices(query, step).stream()
        .map(slice -> slice.start() + " " + slice.line().group() + " " + slice.line().cost())
        .toList();
  }

  @Test
  void latest_pages_goBackThroughAll() throws Exception {
    try (var ledger = open()) {
      ledger.post(
          "a",
          "a-1",
          List.of(
              moved(record("r1", "1"), AT, ""),
              moved(record("r4", "1"), AT.plusSeconds(1), ""),
              moved(record("r3", "1"), AT.plusSeconds(1), ""),
              moved(record("r2", "1"), AT.plusSeconds(2), "")));
      var first = ledger.latest(by(SpendGroup.MODEL), List.of(), 2);
      assertEquals(List.of("r2", "r4"), ids(first));
      var rest = ledger.latest(by(SpendGroup.MODEL), List.of(first.getLast().place()), 9);
      assertEquals(List.of("r3", "r1"), ids(rest));
      assertEquals("1", rest.getLast().cost().toString());
    }
  }

  private static List<String> ids(List<SpendRecord> records) {
    return records.stream().map(record -> record.attempt().requestId()).toList();
  }
}
