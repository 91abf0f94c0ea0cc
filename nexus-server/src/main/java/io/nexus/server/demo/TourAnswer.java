package io.nexus.server.demo;

import java.math.BigDecimal;
import java.util.Map;

/** What became of a request of the tour. */
sealed interface TourAnswer {

  /** Whether it met a budget's limit. */
  boolean limited();

  /**
   * It was answered.
   *
   * @param headers those of Nexus, by their names in lower case
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
   * @param requiredUsd what it would have had to hold
   * @param remainingUsd what there was
   */
  record Refused(int status, BigDecimal requiredUsd, BigDecimal remainingUsd)
      implements TourAnswer {
    @Override
    public boolean limited() {
      return true;
    }
  }
}
