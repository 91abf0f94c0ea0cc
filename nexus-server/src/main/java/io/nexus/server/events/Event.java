package io.nexus.server.events;

/**
 * An event ready to send: its text is created once for all listeners.
 *
 * @param number counts the events of this gateway from 1
 * @param head the lines before its data
 * @param json its data
 * @param text the whole event
 */
record Event(long number, EventKind kind, String head, String json, String text) {

  static Event of(String feed, long number, EventKind kind, String json) {
    var head = "id: " + feed + "-" + number + "\nevent: " + kind.label() + "\ndata: ";
    return new Event(number, kind, head, json, head + json + "\n\n");
  }
}
