package io.nexus.control.ledger;

import java.time.Instant;
import java.util.List;

/**
 * A change to store: the new settings, and the record of who makes it. Stored completely or not at
 * all.
 *
 * @param settings the new settings; empty to store only the record
 * @param at when
 * @param actor who makes it: the name of a key or its fingerprint
 * @param address where the request came from
 * @param action what is done, such as {@code budget.limit}
 * @param target the name of the budget or key
 * @param before the previous state as a JSON object; JSON {@code null} if there was none
 * @param after the new state, likewise
 * @param reason the reason given; empty if none
 */
public record SettingEdit(
    List<Setting> settings,
    Instant at,
    String actor,
    String address,
    String action,
    String target,
    String before,
    String after,
    String reason) {

  /** Copies the list. */
  public SettingEdit {
    settings = List.copyOf(settings);
  }

  /** The record of it under its version. */
  public SettingChange at(long version) {
    return new SettingChange(version, at, actor, address, action, target, before, after, reason);
  }
}
