package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects server-sent events for a client, as bytes. Reused for each event received. */
final class EventText {

  private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private final @Nullable Consumer<ObjectNode> listener;

  /** No events yet. */
  EventText() {
    this(null);
  }

  private EventText(@Nullable Consumer<ObjectNode> listener) {
    this.listener = listener;
  }

  /** Events for another translation instead of a client. */
  static EventText handedTo(Consumer<ObjectNode> listener) {
    return new EventText(listener);
  }

  /**
   * Adds an event.
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

  /** Adds the end marker of OpenAI's streams. */
  void done() {
    if (listener == null) {
      bytes.writeBytes(DONE);
    }
  }

  /** The bytes added since the last call. */
  byte[] take() {
    var taken = bytes.toByteArray();
    bytes.reset();
    return taken;
  }
}
