package io.nexus.server.dialect.openai.chat;

import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.usage.UsagePlace;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one chunk of a stream, or of a whole completion, that the relay needs. Positions
 * refer to the bytes read.
 *
 * @param isJson whether it is complete JSON; the unreadable rest was counted as text
 * @param choices the number of its choices
 * @param usage the position of its usage; null if none
 * @param error the error in it; null if none
 */
record Chunk(
    boolean isJson, int choices, @Nullable UsagePlace usage, @Nullable ProviderError error) {

  /** A piece of one choice, as almost all chunks are. */
  static final Chunk PIECE = new Chunk(true, 1, null, null);

  /** A chunk that is not JSON. */
  static final Chunk TEXT = new Chunk(false, 0, null, null);
}
