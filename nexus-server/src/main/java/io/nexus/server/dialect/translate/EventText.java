package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Server-sent events on their way to a client, as bytes. Used again for each event that came. */
final class EventText {

  private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private final @Nullable Consumer<ObjectNode> listener;

  /** Nothing has been added. */
  EventText() {
    this(null);
  }

  private EventText(@Nullable Consumer<ObjectNode> listener) {
    this.listener = listener;
  }

  /** Events that go to no client but on to another translation. */
  static EventText heard(Consumer<ObjectNode> listener) {
    return new EventText(listener);
  }

  /**
   * An event.
   *
   * @param name its type; empty if it has none
   */
  void add(String name, ObjectNode data) {
    if (listener != null) {
      listener.accept(data);
      return;
    }
    if (!name.isEmpty()) {
      bytes.writeBytes(EVENT);
      bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
      bytes.write('\n');
    }
    bytes.writeBytes(DATA);
    bytes.writeBytes(Tree.bytes(data));
    bytes.write('\n');
    bytes.write('\n');
  }

  /** The mark at the end of the streams of OpenAI's APIs. */
  void done() {
    if (listener == null) {
      bytes.writeBytes(DONE);
    }
  }

  /** What has been added since this was asked last. */
  byte[] take() {
    var taken = bytes.toByteArray();
    bytes.reset();
    return taken;
  }
}
