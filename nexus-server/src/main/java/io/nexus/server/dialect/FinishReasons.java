package io.nexus.server.dialect;

import java.util.List;
import java.util.TreeMap;

/**
 * Why each choice of one answer ended, in the backend's words. Exists only for an attempt that is
 * observed. Not for concurrent use.
 */
public final class FinishReasons {

  private static final int MOST_CHOICES = 64;

  /** The known reasons have up to 29 characters; a longer text is not a reason. */
  private static final int LONGEST = 64;

  private final TreeMap<Integer, String> reasons = new TreeMap<>();

  /** Notes the reason of a choice, which replaces an earlier one. */
  public void seen(int choice, String reason) {
    if (!reason.isEmpty()
        && reason.length() <= LONGEST
        && (reasons.size() < MOST_CHOICES || reasons.containsKey(choice))) {
      reasons.put(choice, reason);
    }
  }

  /** The reasons so far, in the order of the choices. */
  public List<String> all() {
    return List.copyOf(reasons.values());
  }
}
