package io.nexus.server.demo;

import static io.nexus.server.demo.Demo.CLOUD_MODEL;
import static io.nexus.server.demo.Demo.LOCAL_MODEL;
import static io.nexus.server.demo.Demo.SMALL_CLOUD_MODEL;

import java.util.List;

/**
 * A request of the tour.
 *
 * @param model the model that it asks for
 * @param prompt the prompt's text
 * @param way how it is sent
 */
record TourStep(String model, String prompt, Way way) {

  /** How a request is sent. */
  enum Way {
    /** Answered in one piece. */
    PLAIN,
    /** Answered in a stream. */
    STREAM,
    /** Answered only by the requested model: {@code X-Nexus-Strict}. */
    STRICT,
    /** As Claude Code sends it: in Anthropic's Messages API. */
    MESSAGES
  }

  /** All steps in order: they take the budget from zero past its soft limit to exhaustion. */
  static final List<TourStep> ALL =
      List.of(
          new TourStep(LOCAL_MODEL, "Name three colours.", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Write a haiku about ledgers.", Way.PLAIN),
          new TourStep(SMALL_CLOUD_MODEL, "Translate 'good morning' to French.", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Explain double-entry bookkeeping.", Way.STREAM),
          new TourStep(CLOUD_MODEL, "What is a token?", Way.MESSAGES),
          new TourStep(CLOUD_MODEL, "Draft a polite reminder about an invoice.", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Compare a queue and a stack.", Way.STREAM),
          new TourStep(CLOUD_MODEL, "Summarise the plot of Hamlet.", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Why is the sky blue?", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Write a regular expression for dates.", Way.MESSAGES),
          new TourStep(CLOUD_MODEL, "Give a recipe for bread.", Way.STREAM),
          new TourStep(SMALL_CLOUD_MODEL, "Is 91 a prime number?", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Prove that there are endless primes.", Way.STRICT),
          new TourStep(CLOUD_MODEL, "Review this contract clause.", Way.STRICT),
          new TourStep(CLOUD_MODEL, "Plan a week of meals.", Way.PLAIN),
          new TourStep(SMALL_CLOUD_MODEL, "Sort these words: pear, apple, fig.", Way.PLAIN),
          new TourStep(SMALL_CLOUD_MODEL, "Count the vowels in 'budget'.", Way.STREAM),
          new TourStep(SMALL_CLOUD_MODEL, "Say goodbye in Italian.", Way.PLAIN),
          new TourStep(CLOUD_MODEL, "Review the last clause.", Way.STRICT),
          new TourStep(LOCAL_MODEL, "Tell me a joke.", Way.PLAIN));

  /** The output limit of each request. */
  static final int MAX_TOKENS = 400;

  /** The model and the way, for the table. */
  String asked() {
    return switch (way) {
      case PLAIN -> model;
      case STREAM -> model + " stream";
      case STRICT -> model + " strict";
      case MESSAGES -> model + " messages";
    };
  }
}
