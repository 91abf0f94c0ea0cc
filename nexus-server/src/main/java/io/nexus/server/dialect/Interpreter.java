package io.nexus.server.dialect;

import io.nexus.control.routing.Candidate;
import io.nexus.server.http.ApiException;

/** Says requests to backends that do not speak the client's API. */
@FunctionalInterface
public interface Interpreter {

  /**
   * The same request in an API that the candidate's backend speaks, answered in the client's.
   *
   * @throws ApiException with status 400 if it cannot be said there, naming the field
   */
  Asked interpret(Asked asked, Candidate candidate);
}
