package io.nexus.server.events;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Filters events for a listener. Called on the listener's thread. */
public interface EventView {

  /** Shows everything. */
  EventView ALL =
      new EventView() {
        @Override
        public boolean isWhole() {
          return true;
        }

        @Override
        public boolean narrow(EventKind kind, ObjectNode data) {
          return true;
        }
      };

  /** Whether events are unfiltered, so that they need not be parsed. */
  default boolean isWhole() {
    return false;
  }

  /**
   * Removes from an event what the listener may not see.
   *
   * @return whether anything is left to send
   */
  boolean narrow(EventKind kind, ObjectNode data);
}
