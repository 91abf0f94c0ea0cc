package io.nexus.server.dialect;

import io.nexus.control.routing.Candidate;
import io.nexus.server.http.ApiException;

/** Translates requests for backends with another API. */
@FunctionalInterface
public interface Interpreter {

  /**
   * The request in an API of the candidate's backend; its answers are translated back.
   *
   * @throws ApiException with status 400 if it cannot be translated; names the field
   */
  Asked interpret(Asked asked, Candidate candidate);
}
