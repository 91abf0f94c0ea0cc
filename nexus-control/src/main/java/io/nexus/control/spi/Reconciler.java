package io.nexus.control.spi;

import io.nexus.control.routing.RoutingIntent;

/**
 * A stage of the routing pipeline: it takes candidates away, each with a reason.
 *
 * <p>A reconciler is a pure function. It only narrows, it never blocks and never throws; it must be
 * safe for concurrent use. The pipeline checks that: a stage that throws, or that hands back
 * anything but a narrowing of what it was given, is skipped, logged and counted, unless it is a
 * {@linkplain #guard() guard}, whose failure leaves no candidate.
 */
public non-sealed interface Reconciler extends NexusExtension {

  /** Narrows the intent, by {@code exclude} and {@code preferLocal}. */
  RoutingIntent reconcile(RoutingIntent intent);

  /** After which built-in stage it runs. */
  default Place place() {
    return Place.AFTER_QUALITY;
  }

  /** Whether a failure of this stage must leave no candidate rather than all of them. */
  default boolean guard() {
    return false;
  }

  /** The places of the pipeline that an extension can take; several there run by name. */
  enum Place {
    /** When the candidates are listed and nothing has been taken away but what cannot work. */
    AFTER_ANALYSIS,
    /** When those are gone that may not see the data. */
    AFTER_PRIVACY,
    /** When those are gone that the budgets refuse. */
    AFTER_BUDGET,
    /** When those are gone whose tier is too low. */
    AFTER_TIER,
    /** When those are gone that are down or full: last before one is chosen. */
    AFTER_QUALITY
  }
}
