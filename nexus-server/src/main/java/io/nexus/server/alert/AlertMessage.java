package io.nexus.server.alert;

import io.nexus.config.AlertEvent;
import io.nexus.control.budget.BudgetState;
import java.time.Instant;
import java.util.Optional;

/** A message of an alert. */
sealed interface AlertMessage {

  /**
   * The same for repeated messages about the same event, so that a receiver can recognise
   * duplicates.
   */
  String id();

  /** The name of the alert. */
  String alert();

  /** When the event was seen. */
  Instant at();

  /** The subject, for the log. */
  String about();

  /**
   * A budget's spend has reached a threshold.
   *
   * @param threshold the threshold reached, in percent of the limit
   * @param state the budget's figures
   * @param exhaustedAt when the budget will be exhausted at the cycle's mean rate; empty if the
   *     cycle ends before
   */
  record Threshold(
      String id,
      String alert,
      int threshold,
      BudgetState state,
      Instant at,
      Optional<Instant> exhaustedAt)
      implements AlertMessage {
    @Override
    public String about() {
      return "budget " + state.terms().name() + " at " + threshold + "%";
    }
  }

  /**
   * A budget has begun to refuse.
   *
   * @param state the budget's figures
   */
  record Refused(String id, String alert, BudgetState state, Instant at) implements AlertMessage {
    @Override
    public String about() {
      return "budget " + state.terms().name() + " refuses";
    }
  }

  /**
   * Another event.
   *
   * @param event the kind of event
   * @param node the name of the gateway that saw it
   * @param subject the backend that is down or the model without a price; else empty
   * @param count the number of occurrences since the last message; 1 for events that begin or end
   */
  record Happened(
      String id,
      String alert,
      AlertEvent event,
      String node,
      String subject,
      long count,
      Instant at)
      implements AlertMessage {
    @Override
    public String about() {
      return event.label() + (subject.isEmpty() ? "" : " " + subject);
    }
  }
}
