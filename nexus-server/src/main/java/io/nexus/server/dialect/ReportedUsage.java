package io.nexus.server.dialect;

import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backend itself says that an answer used and cost, in one reading whatever its spelling.
 *
 * @param usage the tokens; 0 on a side that it says nothing of
 * @param cost the cost that it states, as it states it; null if it states none
 * @param tier the class of service that the answer names; the standard one if it names none
 * @param parts what of the tokens named models used, should several have had a part in it
 */
public record ReportedUsage(Usage usage, @Nullable Money cost, ServiceTier tier, List<Part> parts) {

  /**
   * What one model used of an answer that several made.
   *
   * @param model its name, as the backend has it
   * @param usage its tokens
   */
  public record Part(String model, Usage usage) {}

  /** A backend that has said nothing. */
  public static final ReportedUsage NONE =
      new ReportedUsage(Usage.NONE, null, ServiceTier.STANDARD);

  /** Of an answer that one model made. */
  public ReportedUsage(Usage usage, @Nullable Money cost, ServiceTier tier) {
    this(usage, cost, tier, List.of());
  }

  /** The same with other tokens. */
  public ReportedUsage with(Usage counted) {
    return new ReportedUsage(counted, cost, tier, parts);
  }
}
