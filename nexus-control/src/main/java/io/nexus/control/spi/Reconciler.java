package io.nexus.control.spi;

import io.nexus.control.routing.RoutingIntent;

/**
 * A stage of the routing pipeline. It removes candidates, each with a reason.
 *
 * <p>A reconciler is a pure function. It only narrows, never blocks and never throws, and must be
 * safe for concurrent use. The pipeline checks the result: a stage that throws, or returns anything
 * but a narrowed intent, is skipped, logged and counted, unless it is a {@linkplain #guard()
 * guard}, whose failure leaves no candidate.
 */
public non-sealed interface Reconciler extends NexusExtension {

  /** Narrows the intent, by {@code exclude} and {@code preferLocal}. */
  RoutingIntent reconcile(RoutingIntent intent);

  /** The built-in stage after which it runs. */
  default Place place() {
    return Place.AFTER_QUALITY;
  }

  /** Whether a failure of this stage leaves no candidate, instead of skipping the stage. */
  default boolean guard() {
    return false;
  }

  /**
   * The places in the pipeline for extensions; several at one place run in the order of their
   * names.
   */
  enum Place {
    /** After the candidates are listed and those that cannot serve the request are removed. */
    AFTER_ANALYSIS,
    /** After backends that may not see the data are removed. */
    AFTER_PRIVACY,
    /** After candidates that the budgets refuse are removed. */
    AFTER_BUDGET,
    /** After backends of too low a tier are removed. */
    AFTER_TIER,
    /** After backends that are down or full are removed; the last place before the choice. */
    AFTER_QUALITY
  }
}
