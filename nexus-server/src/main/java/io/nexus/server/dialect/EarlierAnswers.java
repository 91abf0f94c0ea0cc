package io.nexus.server.dialect;

import io.nexus.control.ledger.KeptAnswer;
import java.util.Optional;

/** What the client that sends a request may refer to in it by an id. */
@FunctionalInterface
public interface EarlierAnswers {

  /** Nothing is known. */
  EarlierAnswers NONE = _ -> Optional.empty();

  /**
   * What has that id; empty if that is not known.
   *
   * @throws io.nexus.server.http.ApiException with status 404 if it is known to be another client's
   */
  Optional<KeptAnswer> find(String id);
}
