package io.nexus.server.events;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a listener may see of events. Asked by the listener's own thread. */
public interface EventView {

  /** All that there is. */
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

  /** Whether all of each event is seen, so that none need be looked into. */
  default boolean isWhole() {
    return false;
  }

  /**
   * Takes out of an event what is not to be seen.
   *
   * @return whether there is anything left to tell
   */
  boolean narrow(EventKind kind, ObjectNode data);
}
