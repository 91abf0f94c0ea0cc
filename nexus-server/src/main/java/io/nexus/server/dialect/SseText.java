package io.nexus.server.dialect;

/** Server-sent events as text. */
public final class SseText {

  private SseText() {}

  /** An event with the text as its data, of any number of lines. */
  public static String event(String data) {
    return "data: " + data.strip().replace("\r\n", "\n").replace("\n", "\ndata: ") + "\n\n";
  }

  /** An event with a name, unless that is empty. */
  public static String event(String name, String data) {
    return name.isEmpty() ? event(data) : "event: " + name + "\n" + event(data);
  }
}
