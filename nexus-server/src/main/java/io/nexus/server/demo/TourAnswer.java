package io.nexus.server.demo;

import java.math.BigDecimal;
import java.util.Map;

/** The result of a request of the tour. */
sealed interface TourAnswer {

  /** Whether it met a budget's limit. */
  boolean limited();

  /**
   * It was answered.
   *
   * @param headers Nexus's headers, by lower-case name
   * @param inputTokens of the prompt
   * @param outputTokens of the answer
   * @param costUsd what it cost
   */
  record Served(
      Map<String, String> headers, long inputTokens, long outputTokens, BigDecimal costUsd)
      implements TourAnswer {

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    @Override
    public boolean limited() {
      return header("x-nexus-route-reason").equals("budget-hard-limit");
    }
  }

  /**
   * It was refused over a budget.
   *
   * @param status of HTTP
   * @param requiredUsd the amount to hold
   * @param remainingUsd the amount left
   */
  record Refused(int status, BigDecimal requiredUsd, BigDecimal remainingUsd)
      implements TourAnswer {
    @Override
    public boolean limited() {
      return true;
    }
  }
}
