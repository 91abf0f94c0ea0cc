package io.nexus.server.dialect;

import java.util.List;

/**
 * What an answer leaves at its backend.
 *
 * @param ids what later requests may refer to it by, the answer's own first; empty if nothing is
 *     kept
 * @param pending whether it is still being made, and goes on when the client has left
 */
public record Made(List<String> ids, boolean pending) {

  /** Nothing. */
  public static final Made NOTHING = new Made(List.of(), false);

  /** Copies the list. */
  public Made {
    ids = List.copyOf(ids);
  }
}
