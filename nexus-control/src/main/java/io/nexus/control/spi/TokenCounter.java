package io.nexus.control.spi;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import java.util.Optional;

/**
 * Counts tokens for the models that it knows.
 *
 * <p>Must be safe for concurrent use; called on the request's path.
 */
public non-sealed interface TokenCounter extends NexusExtension {

  /**
   * The counter for a model.
   *
   * @return empty if the counter does not know the model, or is still loading its vocabulary; the
   *     gateway then asks the next counter, finally the estimating one
   */
  Optional<ForModel> forModel(String model);

  /**
   * Prepares to count for a model, for instance by loading its vocabulary, and returns when that is
   * done, so that {@link #forModel} answers from the first request on. Not called on a request's
   * path. Does nothing for an unknown model.
   */
  default void preload(String model) {}

  /** Counts for one model. Safe for concurrent use. */
  interface ForModel {

    /** The accuracy of its counts. */
    TokenCountTier tier();

    /** Counts a whole prompt, with the model's overheads for messages, tools and images. */
    TokenCount count(Prompt prompt);

    /** Counts a piece of plain text, without any overhead. */
    long count(CharSequence text);
  }
}
