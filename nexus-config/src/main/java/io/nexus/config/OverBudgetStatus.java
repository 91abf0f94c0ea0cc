package io.nexus.config;

import io.nexus.control.routing.Api;

/** The HTTP status of a refusal over a budget. */
public enum OverBudgetStatus {
  /**
   * The status that each API's client libraries understand: 429 with the code {@code
   * insufficient_quota} on OpenAI's APIs, whose clients then do not retry; 402 on Anthropic's
   * messages and Gemini, whose clients would otherwise wait for days.
   */
  AUTO("auto", 429),
  /** 429 on every API. */
  TOO_MANY_REQUESTS("429", 429),
  /** 402 on every API. */
  PAYMENT_REQUIRED("402", 402);

  private final String label;
  private final int status;

  OverBudgetStatus(String label, int status) {
    this.label = label;
    this.status = status;
  }

  /** The value as the configuration spells it. */
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
