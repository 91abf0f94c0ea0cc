package io.nexus.server.dialect;

import io.nexus.control.ledger.KeptAnswer;
import java.util.Optional;

/** Finds earlier answers that a client's request refers to by id. */
@FunctionalInterface
public interface EarlierAnswers {

  /** Knows no answers. */
  EarlierAnswers NONE = _ -> Optional.empty();

  /**
   * The answer with that id; empty if unknown.
   *
   * @throws io.nexus.server.http.ApiException with status 404 if it is known to be another client's
   */
  Optional<KeptAnswer> find(String id);
}
