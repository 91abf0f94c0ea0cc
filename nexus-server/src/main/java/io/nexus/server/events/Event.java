package io.nexus.server.events;

/**
 * An event, ready to be sent: its text is made once for all who listen.
 *
 * @param number counts the events of this gateway from 1
 * @param text as it is sent
 */
record Event(long number, EventKind kind, String text) {

  static Event of(String feed, long number, EventKind kind, String json) {
    return new Event(
        number,
        kind,
        "id: " + feed + "-" + number + "\nevent: " + kind.label() + "\ndata: " + json + "\n\n");
  }
}
