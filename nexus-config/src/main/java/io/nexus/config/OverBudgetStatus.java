package io.nexus.config;

import io.nexus.control.routing.Api;

/** With what HTTP status a request is refused that its budgets cannot pay. */
public enum OverBudgetStatus {
  /**
   * The one that the programs of each API take for what it is: 429 with the code {@code
   * insufficient_quota} on OpenAI's, which do not try again then, and 402 on Anthropic's messages
   * and on Gemini, whose programs wait for days at a 429.
   */
  AUTO("auto", 429),
  /** 429, whatever the API. */
  TOO_MANY_REQUESTS("429", 429),
  /** 402, whatever the API. */
  PAYMENT_REQUIRED("402", 402);

  private final String label;
  private final int status;

  OverBudgetStatus(String label, int status) {
    this.label = label;
    this.status = status;
  }

  /** As the configuration spells it. */
  public String label() {
    return label;
  }

  /** The status on an API. */
  public int status(Api api) {
    return this == AUTO && isPaymentRequired(api.family()) ? PAYMENT_REQUIRED.status : status;
  }

  private static boolean isPaymentRequired(Api family) {
    return family == Api.MESSAGES || family == Api.GEMINI;
  }
}
