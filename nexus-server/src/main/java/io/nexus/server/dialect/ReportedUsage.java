package io.nexus.server.dialect;

import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backend's report of an answer's usage and cost, independent of its format.
 *
 * @param usage the tokens; 0 on a side without a report
 * @param cost the stated cost; null if none
 * @param tier the class of service that served it; null if the answer names none
 * @param parts the parts of the tokens used by named models, if several took part
 * @param undivided whether the input is what a total leaves, which has all output that is not
 *     reported
 */
public record ReportedUsage(
    Usage usage,
    @Nullable Money cost,
    @Nullable ServiceTier tier,
    List<Part> parts,
    boolean undivided) {

  /**
   * One model's part of an answer by several models.
   *
   * @param model its name at the backend
   * @param usage its tokens
   */
  public record Part(String model, Usage usage) {}

  /** No report. */
  public static final ReportedUsage NONE = new ReportedUsage(Usage.NONE, null, null);

  /** The report of an answer by one model. */
  public ReportedUsage(Usage usage, @Nullable Money cost, @Nullable ServiceTier tier) {
    this(usage, cost, tier, List.of(), false);
  }

  /** This report; an answer that names no tier was served in this one. */
  public ReportedUsage orTier(ServiceTier unnamed) {
    return tier == null ? new ReportedUsage(usage, cost, unnamed, parts, undivided) : this;
  }

  /** This report with other tokens. */
  public ReportedUsage with(Usage counted) {
    return new ReportedUsage(counted, cost, tier, parts, undivided);
  }

  /** The usage, with the counted output taken out of a total that has it. */
  Usage usageBeside(long countedOutput) {
    return !undivided || usage.outputTokens() > 0
        ? usage
        : new Usage(
            usage.inputTokens() - countedOutput,
            usage.cachedInputTokens(),
            usage.cacheWriteTokens(),
            usage.audioInputTokens(),
            0,
            0,
            0,
            usage.extras());
  }
}
