package io.nexus.server.admin;

import java.util.List;

/** Where the changes of administrators are recorded. Safe for concurrent use. */
public interface AuditLog {

  /** Records a change that has been made; the changes of one target come in their order. */
  void record(Change change);

  /**
   * The latest changes, the newest first.
   *
   * @param max how many at most
   */
  List<Change> latest(int max);
}
