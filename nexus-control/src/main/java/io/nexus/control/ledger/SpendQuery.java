package io.nexus.control.ledger;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/**
 * Which records a report is about, and how it groups them.
 *
 * @param by the groups
 * @param since the first instant
 * @param until the first instant after
 * @param zone where days begin
 * @param keys the clients' keys whose records count; empty for everybody's
 * @param where further groups that a record has to be in to count, not of days; none for all
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
   * @throws IllegalArgumentException if a day is asked for by its name: use the time
   */
  public SpendQuery {
    keys = Set.copyOf(keys);
    where = Map.copyOf(where);
    if (where.containsKey(SpendGroup.DAY)) {
      throw new IllegalArgumentException("records of a day are asked for by their time");
    }
  }

  /** About the records of some keys, whatever else they are. */
  public SpendQuery(SpendGroup by, Instant since, Instant until, ZoneId zone, Set<String> keys) {
    this(by, since, until, zone, keys, Map.of());
  }

  /** About everybody's records. */
  public SpendQuery(SpendGroup by, Instant since, Instant until, ZoneId zone) {
    this(by, since, until, zone, Set.of());
  }

  /** The same records in other groups. */
  public SpendQuery grouped(SpendGroup other) {
    return new SpendQuery(other, since, until, zone, keys, where);
  }

  /** The first instant as milliseconds of the epoch, cut to what these can say. */
  public long sinceMillis() {
    return millis(since);
  }

  /** The first instant after as milliseconds of the epoch, cut to what these can say. */
  public long untilMillis() {
    return millis(until);
  }

  /** Whether a record is asked for. */
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
