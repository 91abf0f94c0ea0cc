package io.nexus.server.flow;

import io.nexus.server.http.ApiException;

/**
 * An attempt that did not answer the client.
 *
 * @param next what may be tried next
 * @param answer answers the client, or throws the error, if nothing else is tried
 * @param isSent whether a request was sent to a backend; such a failure takes precedence as the
 *     client's answer
 */
record Failure(Next next, Runnable answer, boolean isSent) {

  /** The failure of a sent attempt. */
  Failure(Next next, Runnable answer) {
    this(next, answer, true);
  }

  /** What may be tried after an attempt that failed. */
  enum Next {
    /** Any candidate, the same one if no other is left. */
    ANY,
    /** Any other candidate: this one would fail again. */
    OTHERS,
    /** None: the request may have been served, or the client has received data. */
    NONE
  }

  /** The request could not be translated for the backend. */
  static Failure unsaid(ApiException error) {
    return new Failure(Next.OTHERS, of(Next.OTHERS, error).answer, false);
  }

  /** Combines it with an earlier failure: the one that was sent determines the client's answer. */
  Failure after(Failure before) {
    return isSent || !before.isSent ? this : new Failure(next, before.answer, true);
  }

  static Failure of(Next next, ApiException error) {
    return new Failure(
        next,
        () -> {
          throw error;
        });
  }
}
