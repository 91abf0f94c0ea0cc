package io.nexus.server.flow;

import io.nexus.server.http.ApiException;

/**
 * Why an attempt has not answered the client yet.
 *
 * @param next what may be tried now
 * @param answer answers the client if nothing else is tried, or throws what it is told
 */
record Failure(Next next, Runnable answer) {

  /** What may be tried after an attempt that failed. */
  enum Next {
    /** Any candidate, this one too if no other is left. */
    ANY,
    /** Any other candidate: this one would do the same again. */
    OTHERS,
    /** None: the request may have been served, or the client knows of it already. */
    NONE
  }

  static Failure of(Next next, ApiException told) {
    return new Failure(
        next,
        () -> {
          throw told;
        });
  }
}
