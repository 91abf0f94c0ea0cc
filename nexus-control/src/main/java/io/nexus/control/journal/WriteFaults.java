package io.nexus.control.journal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * Logs that a journal cannot be written: once, although each request meets it, until a file can be
 * made again. Its journal's lock guards it.
 */
final class WriteFaults {

  private static final Logger LOG = System.getLogger(WriteFaults.class.getName());

  private final Path folder;
  private boolean logged;

  WriteFaults(Path folder) {
    this.folder = folder;
  }

  /** A write has failed. */
  void note(Throwable fault) {
    if (!logged) {
      logged = true;
      LOG.log(
          Level.ERROR,
          "Journal "
              + folder
              + ": nothing can be written: make room. Until then paid requests are refused, and what"
              + " ends is kept in memory only",
          fault);
    }
  }

  /** A file could be made. */
  void over() {
    if (logged) {
      logged = false;
      LOG.log(Level.INFO, "Journal {0}: can be written again", folder);
    }
  }
}
