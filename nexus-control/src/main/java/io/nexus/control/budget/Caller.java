package io.nexus.control.budget;

import java.util.List;

/**
 * Who makes a request, as far as budgets and records tell callers apart.
 *
 * @param key the name of the client's key; empty without one
 * @param team the key's team; empty without one
 * @param user the {@code user} that the request's body names; empty without one
 * @param tags the tags of the key and of the request
 */
public record Caller(String key, String team, String user, List<String> tags) {

  /** Nobody in particular. */
  public static final Caller ANONYMOUS = new Caller("", "", "", List.of());

  /** Copies the list. */
  public Caller {
    tags = List.copyOf(tags);
  }
}
