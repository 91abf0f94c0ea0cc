package io.nexus.server.events;

/**
 * An event, ready to be sent: its text is made once for all who listen.
 *
 * @param number counts the events of this gateway from 1
 * @param head what stands before its data
 * @param json its data
 * @param text as it is sent
 */
record Event(long number, EventKind kind, String head, String json, String text) {

  static Event of(String feed, long number, EventKind kind, String json) {
    var head = "id: " + feed + "-" + number + "\nevent: " + kind.label() + "\ndata: ";
    return new Event(number, kind, head, json, head + json + "\n\n");
  }
}
