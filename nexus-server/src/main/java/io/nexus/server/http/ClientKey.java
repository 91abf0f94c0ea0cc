package io.nexus.server.http;

import io.nexus.control.budget.Caller;
import java.time.Instant;

/**
 * A key that clients may come with.
 *
 * @param digest of the key, which itself is not kept
 * @param caller who comes with it; the name of the key is the caller's
 * @param source where it comes from
 * @param since from when on it has been known
 */
public record ClientKey(KeyDigest digest, Caller caller, Source source, Instant since) {

  /** Where a key comes from. */
  public enum Source {
    /** {@code [[keys]]}: it is there again after a restart. */
    CONFIGURATION,
    /** The admin API. */
    ADMIN
  }

  /** The name, unique among the keys. */
  public String name() {
    return caller.key();
  }
}
