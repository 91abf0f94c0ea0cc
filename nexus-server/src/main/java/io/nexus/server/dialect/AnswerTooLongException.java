package io.nexus.server.dialect;

import java.io.IOException;

/** An answer in one piece exceeds the size limit, or the available room. */
public final class AnswerTooLongException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long limit;

  /** An answer beyond that limit in bytes; 0 if there was no room. */
  AnswerTooLongException(long limit) {
    super("the answer is too long");
    this.limit = limit;
  }

  /** The limit in bytes; 0 if there was no room. */
  public long limit() {
    return limit;
  }
}
