package io.nexus.control.ledger;

import java.time.Instant;
import java.util.List;

/**
 * A change to be kept: what is to hold from now on, and the record of who wants it so. It is kept
 * whole or not at all.
 *
 * @param settings what is to hold; none if only the record is to be kept
 * @param at when
 * @param actor who: the name of a key or its fingerprint
 * @param address where the request came from
 * @param action what is done, such as {@code budget.limit}
 * @param target the name of the budget or key
 * @param before what was, as a JSON object; {@code null} in JSON where there was nothing
 * @param after what is, likewise
 * @param reason why, as who wanted it has said; empty if not
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

  /** The record of it, once it has a version. */
  public SettingChange at(long version) {
    return new SettingChange(version, at, actor, address, action, target, before, after, reason);
  }
}
