package io.nexus.server.dialect;

import java.io.IOException;

/** An answer in one piece is longer than the gateway takes, or than it has room for at the time. */
public final class AnswerTooLongException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long limit;

  /** An answer beyond that many bytes; 0 if there was no room for it beside the others. */
  AnswerTooLongException(long limit) {
    super("the answer is too long");
    this.limit = limit;
  }

  /** The bytes that it may have; 0 if there was no room for it beside the others. */
  public long limit() {
    return limit;
  }
}
