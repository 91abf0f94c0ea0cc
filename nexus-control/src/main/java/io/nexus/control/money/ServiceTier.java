package io.nexus.control.money;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A class of service with prices of its own, such as {@code priority}, {@code flex}, {@code batch}
 * or {@code fast}.
 *
 * @param name in lower case; empty for the standard one
 */
public record ServiceTier(String name) implements Comparable<ServiceTier> {

  /** The tier of requests that ask for no other. */
  public static final ServiceTier STANDARD = new ServiceTier("");

  public static final ServiceTier PRIORITY = new ServiceTier("priority");
  public static final ServiceTier FLEX = new ServiceTier("flex");
  public static final ServiceTier BATCH = new ServiceTier("batch");
  public static final ServiceTier FAST = new ServiceTier("fast");

  private static final Set<String> STANDARD_NAMES =
      Set.of(
          "",
          "auto",
          "unspecified",
          "default",
          "standard",
          "standard_only",
          "on_demand",
          "scale",
          "normal");
  private static final List<String> PREFIXES = List.of("service_tier_", "on_demand_");
  private static final int LONGEST = 32;

  /**
   * The tier that a request, an answer or a price list names. OpenAI's {@code auto}, {@code
   * default} and {@code scale}, Anthropic's {@code standard_only}, Groq's {@code on_demand} and
   * Google's {@code ON_DEMAND} are the standard one; Google's {@code ON_DEMAND_PRIORITY} and {@code
   * SERVICE_TIER_PRIORITY} are {@code priority}. A name that is too long counts as the standard
   * tier.
   */
  public static ServiceTier of(String spelled) {
    var name = spelled.strip().toLowerCase(Locale.ROOT).replace('-', '_');
    for (var prefix : PREFIXES) {
      if (name.startsWith(prefix)) {
        name = name.substring(prefix.length());
      }
    }
    return name.length() > LONGEST || STANDARD_NAMES.contains(name)
        ? STANDARD
        : new ServiceTier(name);
  }

  /** Whether it is the standard one. */
  public boolean isStandard() {
    return name.isEmpty();
  }

  @Override
  public int compareTo(ServiceTier other) {
    return name.compareTo(other.name);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServiceTier tier && tier.name.equals(name);
  }

  // Written by hand: this is a map key at start-up, where linking a record's own methods is slow.
  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** The name; {@code standard} for the standard one. */
  @Override
  public String toString() {
    return name.isEmpty() ? "standard" : name;
  }
}
