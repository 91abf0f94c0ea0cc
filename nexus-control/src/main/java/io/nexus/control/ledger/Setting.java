package io.nexus.control.ledger;

/**
 * One item created or changed at run time: a key, a budget, or an override of a configured one.
 *
 * @param kind what it is, such as {@code key}; readers ignore unknown kinds
 * @param name unique within the kind
 * @param value a JSON object; empty once the item is removed
 * @param version the version of its last change. In a {@link SettingEdit}, the expected current
 *     version: {@link #NEW} if it must not exist yet, {@link #ANY} for any
 */
public record Setting(String kind, String name, String value, long version) {

  /** Expects that the item does not exist. */
  public static final long NEW = 0;

  /** Expects nothing about the previous state. */
  public static final long ANY = -1;

  /** Whether the item is removed. */
  public boolean isRemoved() {
    return value.isEmpty();
  }

  /** Whether an edit that expects the given version may replace the found setting. */
  public static boolean mayReplace(long expected, Setting found) {
    return expected == ANY || expected == (found.isRemoved() ? NEW : found.version());
  }
}
