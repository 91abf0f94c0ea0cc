package io.nexus.control.ledger;

/**
 * One thing that was made or changed while gateways run: a key, a budget, or what overrides one of
 * the configuration's.
 *
 * @param kind what it is, such as {@code key}; kinds that a reader does not know it leaves alone
 * @param name unique within the kind
 * @param value a JSON object; empty once the thing was removed
 * @param version that of its last change. In a {@link SettingEdit}, the one that it must have had
 *     until then: {@link #NEW} if it must not have been there, {@link #ANY} if that does not matter
 */
public record Setting(String kind, String name, String value, long version) {

  /** What does not exist, or no longer. */
  public static final long NEW = 0;

  /** Whatever was there before. */
  public static final long ANY = -1;

  /** Whether there is no such thing any more. */
  public boolean isRemoved() {
    return value.isEmpty();
  }

  /** Whether an edit that must find that version may replace one that is at this one. */
  public static boolean mayReplace(long expected, Setting found) {
    return expected == ANY || expected == (found.isRemoved() ? NEW : found.version());
  }
}
