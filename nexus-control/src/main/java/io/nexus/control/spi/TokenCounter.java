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
   * The way to count for a model.
   *
   * @return empty if the counter does not know the model, or not yet (a vocabulary still loading):
   *     the gateway then asks the next counter, the estimating one in the end
   */
  Optional<ForModel> forModel(String model);

  /**
   * Makes ready to count for a model, such as by reading its vocabulary, and returns when it is
   * done: {@link #forModel} then answers from the first request on. Called off the request's path;
   * does nothing for a model that the counter does not know.
   */
  default void preload(String model) {}

  /** Counts for one model. Safe for concurrent use. */
  interface ForModel {

    /** How far its counts can be trusted. */
    TokenCountTier tier();

    /** Counts a whole prompt, with the model's overheads for messages, tools and images. */
    TokenCount count(Prompt prompt);

    /** Counts a piece of plain text, without any overhead. */
    long count(CharSequence text);
  }
}
