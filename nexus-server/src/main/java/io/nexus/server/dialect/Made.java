package io.nexus.server.dialect;

import java.util.List;

/**
 * What a backend stores of an answer.
 *
 * @param ids the ids by which later requests may refer to it, the answer's own first; empty if
 *     nothing is stored
 * @param pending whether it is still being generated, even after the client has left
 */
public record Made(List<String> ids, boolean pending) {

  /** Nothing. */
  public static final Made NOTHING = new Made(List.of(), false);

  /** Copies the list. */
  public Made {
    ids = List.copyOf(ids);
  }
}
