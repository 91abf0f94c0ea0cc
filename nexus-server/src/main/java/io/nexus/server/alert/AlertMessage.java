package io.nexus.server.alert;

import io.nexus.config.AlertEvent;
import io.nexus.control.budget.BudgetState;
import java.time.Instant;
import java.util.Optional;

/** What is told. */
sealed interface AlertMessage {

  /** The same for the same matter, so that a receiver can tell a message that comes twice. */
  String id();

  /** The name of the alert. */
  String alert();

  /** When it was seen. */
  Instant at();

  /** What it is about, for the log. */
  String about();

  /**
   * A budget's spend has reached a threshold.
   *
   * @param threshold the percentage of the limit that has been reached
   * @param state the budget's figures
   * @param exhaustedAt when the budget will be spent if the cycle goes on as it has so far; empty
   *     if the cycle ends before
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
   * Something else has happened.
   *
   * @param event what
   * @param node the name of the gateway that saw it
   * @param subject the backend that is down, the model without a price; empty for what is about
   *     none
   * @param count how often since it was last told; 1 for what begins or ends
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
