package io.nexus.server.dialect.openai.chat;

import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.usage.UsagePlace;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one chunk of a stream, or of a whole completion, that the relay needs. Positions
 * refer to the bytes read.
 *
 * @param isJson whether it could be read to its end; what could not was counted as text
 * @param choices how many choices it has
 * @param usage where its usage stands; null if it has none
 * @param error the error that it is; null if it is none
 */
record Chunk(
    boolean isJson, int choices, @Nullable UsagePlace usage, @Nullable ProviderError error) {

  /** What almost all chunks are: a piece of one choice. */
  static final Chunk PIECE = new Chunk(true, 1, null, null);

  /** No JSON at all. */
  static final Chunk TEXT = new Chunk(false, 0, null, null);
}
