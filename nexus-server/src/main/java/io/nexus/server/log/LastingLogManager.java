package io.nexus.server.log;

import java.util.logging.LogManager;

/**
 * Keeps loggers working until the very end. The platform's manager removes handlers and levels as
 * soon as the process is asked to stop, while requests still complete.
 */
public final class LastingLogManager extends LogManager {

  private volatile boolean kept;

  /** For the platform, which finds it by name. */
  public LastingLogManager() {}

  /** Prevents resets from now on. */
  void keep() {
    kept = true;
  }

  @Override
  public void reset() {
    if (!kept) {
      super.reset();
    }
  }
}
