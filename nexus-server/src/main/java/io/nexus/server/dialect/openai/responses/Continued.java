package io.nexus.server.dialect.openai.responses;

import io.nexus.control.ledger.KeptAnswer;
import io.nexus.server.dialect.EarlierAnswers;
import io.nexus.server.http.ApiException;

/** What a request continues, as far as the gateway saw it being made. For one request. */
final class Continued {

  private final EarlierAnswers answers;
  private String backend = "";
  private long tokens;

  /** Nothing yet. */
  Continued(EarlierAnswers answers) {
    this.answers = answers;
  }

  /**
   * Takes note of an id.
   *
   * @param field where it stands
   * @return whether it is known what that is
   * @throws ApiException with status 400 if the request needs two backends at once
   */
  boolean isKnown(String id, String field) {
    var found = id.isEmpty() ? null : answers.find(id).orElse(null);
    if (found == null) {
      return false;
    }
    take(found, field);
    return true;
  }

  private void take(KeptAnswer found, String field) {
    if (!backend.isEmpty() && !backend.equals(found.backend())) {
      throw ApiException.badRequest(
          field, "'%s' refers to what another backend keeps than the rest does.".formatted(field));
    }
    backend = found.backend();
    tokens += found.tokens();
  }

  /** The only backend that has it all; empty if nothing is known. */
  String backend() {
    return backend;
  }

  /** The most tokens of it. */
  long tokens() {
    return tokens;
  }
}
