package io.nexus.server.chat;

import io.nexus.control.spi.TokenCounter;

/**
 * Counts what has been generated so far, for the case that the backend never says it. For one
 * request, not for concurrent use.
 */
final class Meter {

  private final TokenCounter.ForModel counter;
  private final StringBuilder text = new StringBuilder();
  private long countedTokens;
  private int countedChars;
  private long pieces;

  Meter(TokenCounter.ForModel counter) {
    this.counter = counter;
  }

  /** More of the answer. */
  void text(String more) {
    text.append(more);
  }

  /** A chunk ended that had some text: backends send at least one token in each. */
  void piece() {
    pieces++;
  }

  /** Whether anything was generated. */
  boolean isEmpty() {
    return text.isEmpty();
  }

  /**
   * The tokens so far: the text's count, and no fewer than there were chunks. Text that has been
   * counted before is not counted again, so that asking often costs no more than asking once.
   */
  long tokens() {
    if (text.length() > countedChars) {
      countedTokens += counter.count(text.subSequence(countedChars, text.length()));
      countedChars = text.length();
    }
    return Math.max(countedTokens, pieces);
  }
}
