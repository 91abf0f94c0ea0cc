package io.nexus.server.dialect.openai.responses;

import io.nexus.control.ledger.KeptAnswer;
import io.nexus.server.dialect.EarlierAnswers;
import io.nexus.server.http.ApiException;

/**
 * The earlier answers that a request continues, as far as this gateway knows them. For one request.
 */
final class Continued {

  private final EarlierAnswers answers;
  private String backend = "";
  private long tokens;

  /** Nothing yet. */
  Continued(EarlierAnswers answers) {
    this.answers = answers;
  }

  /**
   * Notes an id.
   *
   * @param field where it stands
   * @return whether the answer is known
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

  /** The backend that stores them; empty if unknown. */
  String backend() {
    return backend;
  }

  /** The most tokens of them. */
  long tokens() {
    return tokens;
  }
}
