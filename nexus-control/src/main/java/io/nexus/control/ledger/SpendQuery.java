package io.nexus.control.ledger;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/**
 * Selects and groups the records of a report.
 *
 * @param by the groups
 * @param since the first instant
 * @param until the first instant after
 * @param zone where days begin
 * @param keys the clients' keys to select; empty for all
 * @param where further conditions: groups, except days, to which a record must belong; empty for
 *     none
 */
public record SpendQuery(
    SpendGroup by,
    Instant since,
    Instant until,
    ZoneId zone,
    Set<String> keys,
    Map<SpendGroup, String> where) {

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if a condition is a day: use the time instead
   */
  public SpendQuery {
    keys = Set.copyOf(keys);
    where = Map.copyOf(where);
    if (where.containsKey(SpendGroup.DAY)) {
      throw new IllegalArgumentException("records of a day are asked for by their time");
    }
  }

  /** Selects the records of some keys. */
  public SpendQuery(SpendGroup by, Instant since, Instant until, ZoneId zone, Set<String> keys) {
    this(by, since, until, zone, keys, Map.of());
  }

  /** Selects all records of the time. */
  public SpendQuery(SpendGroup by, Instant since, Instant until, ZoneId zone) {
    this(by, since, until, zone, Set.of());
  }

  /** The same records, grouped otherwise. */
  public SpendQuery grouped(SpendGroup other) {
    return new SpendQuery(other, since, until, zone, keys, where);
  }

  /** The first instant in milliseconds of the epoch; saturates. */
  public long sinceMillis() {
    return millis(since);
  }

  /** The first instant after, in milliseconds of the epoch; saturates. */
  public long untilMillis() {
    return millis(until);
  }

  /** Whether the query selects a record. */
  public boolean covers(SpendRecord record) {
    long at = record.at().toEpochMilli();
    return at >= sinceMillis()
        && at < untilMillis()
        && (keys.isEmpty() || keys.contains(record.caller().key()))
        && where.entrySet().stream()
            .allMatch(each -> each.getKey().of(record, zone).contains(each.getValue()));
  }

  private static long millis(Instant instant) {
    if (instant.isBefore(Instant.EPOCH)) {
      return 0;
    }
    return instant.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))
        ? Long.MAX_VALUE
        : instant.toEpochMilli();
  }
}
