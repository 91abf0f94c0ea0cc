package io.nexus.server.dialect;

import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What a backend itself says that an answer used and cost, in one reading whatever its spelling.
 *
 * @param usage the tokens; 0 on a side that it says nothing of
 * @param cost the cost that it states, as it states it; null if it states none
 * @param tier the class of service that the answer names; the standard one if it names none
 */
public record ReportedUsage(Usage usage, @Nullable Money cost, ServiceTier tier) {

  /** A backend that has said nothing. */
  public static final ReportedUsage NONE =
      new ReportedUsage(Usage.NONE, null, ServiceTier.STANDARD);
}
