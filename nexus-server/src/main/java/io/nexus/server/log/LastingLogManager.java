package io.nexus.server.log;

import java.util.logging.LogManager;

/**
 * Loggers that last to the very end. The platform's own manager takes handlers and levels away as
 * soon as the process is told to stop, while requests still come to their end, and Helidon has much
 * to say at its end.
 */
public final class LastingLogManager extends LogManager {

  private volatile boolean kept;

  /** For the platform, which finds it by name. */
  public LastingLogManager() {}

  /** From now on, nothing resets it. */
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
