package io.nexus.control.budget;

import java.util.List;

/**
 * Who makes a request, as budgets and records distinguish callers.
 *
 * @param key the name of the client's key; empty without one
 * @param team the key's team; empty without one
 * @param user the {@code user} that the request's body names; empty without one
 * @param tags the tags of the key and of the request
 * @param session the session that the request's headers name; empty without one. Records do not
 *     keep it
 */
public record Caller(String key, String team, String user, List<String> tags, String session) {

  /** A caller about whom nothing is known. */
  public static final Caller ANONYMOUS = new Caller("", "", "", List.of());

  /** Copies the list. */
  public Caller {
    tags = List.copyOf(tags);
  }

  /** A caller in no session. */
  public Caller(String key, String team, String user, List<String> tags) {
    this(key, team, user, tags, "");
  }
}
