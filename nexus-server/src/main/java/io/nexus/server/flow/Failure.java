package io.nexus.server.flow;

import io.nexus.server.http.ApiException;

/**
 * Why an attempt has not answered the client yet.
 *
 * @param next what may be tried now
 * @param answer answers the client if nothing else is tried, or throws what it is told
 * @param isSent whether anything was sent to a backend, whose failure says more than that the next
 *     one could not be asked
 */
record Failure(Next next, Runnable answer, boolean isSent) {

  /** An attempt that was sent. */
  Failure(Next next, Runnable answer) {
    this(next, answer, true);
  }

  /** What may be tried after an attempt that failed. */
  enum Next {
    /** Any candidate, this one too if no other is left. */
    ANY,
    /** Any other candidate: this one would do the same again. */
    OTHERS,
    /** None: the request may have been served, or the client knows of it already. */
    NONE
  }

  /** The request could not be said to the backend. */
  static Failure unsaid(ApiException told) {
    return new Failure(Next.OTHERS, of(Next.OTHERS, told).answer, false);
  }

  /**
   * The same, where that failed before: an earlier one that was sent is what the client is told.
   */
  Failure after(Failure before) {
    return isSent || !before.isSent ? this : new Failure(next, before.answer, true);
  }

  static Failure of(Next next, ApiException told) {
    return new Failure(
        next,
        () -> {
          throw told;
        });
  }
}
