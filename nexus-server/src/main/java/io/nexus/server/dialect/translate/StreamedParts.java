package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.dialect.translate.StreamedPart.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of a streamed completion in sequence, for APIs in whose streams a part ends before
 * the next one begins.
 *
 * <p>In a chat the fragments of parallel tool calls may alternate. One call is open at a time:
 * whatever follows it waits until its arguments are complete, or until the end of the stream.
 */
final class StreamedParts {

  private final Listener listener;
  private final ToolCalls calls = new ToolCalls();
  private final List<StreamedPart> called = new ArrayList<>();
  private final List<StreamedPart> waiting = new ArrayList<>();
  private @Nullable StreamedPart open;
  private boolean isThoughtNamed;
  private long waitingChars;

  /** Receives the parts in sequence. */
  interface Listener {

    /** A part begins, without text. */
    void opened(StreamedPart part, EventText client);

    /** More text of the part that has begun last. */
    void grown(StreamedPart part, String text, EventText client);

    /** The part that has begun last is complete. */
    void closed(StreamedPart part, EventText client);
  }

  StreamedParts(Listener listener) {
    this.listener = listener;
  }

  /** Whether there was any tool call. */
  boolean hasCalls() {
    return calls.any();
  }

  /** The length of the text that waits for the end of the open part. */
  long waitingChars() {
    return waitingChars;
  }

  /**
   * The reasoning text of a chunk. Where a stream shows its reasoning as plain text, the same text
   * in its {@code reasoning_details} is a repetition.
   */
  String thought(JsonNode delta) {
    var named = ChatSays.namedThought(delta);
    isThoughtNamed |= !named.isEmpty();
    return isThoughtNamed ? named : ChatSays.thought(delta);
  }

  /** Adds text, to the last part if that is of the same kind. */
  void say(Kind kind, String text, EventText client) {
    if (text.isEmpty()) {
      return;
    }
    var last = waiting.isEmpty() ? open : waiting.getLast();
    if (last == null || last.kind() != kind) {
      last = new StreamedPart(kind);
      waiting.add(last);
      advance(client);
    }
    add(last, text, client);
  }

  /** Adds a fragment of a tool call. */
  void call(JsonNode fragment, EventText client) {
    var call = calls.take(fragment);
    if (call.isNew()) {
      var part = new StreamedPart(call);
      called.add(part);
      waiting.add(placeOf(call), part);
      advance(client);
    }
    add(called.get(call.place()), call.arguments(), client);
  }

  /** The place of a new call in the queue: calls that wait together are in the order of indexes. */
  private int placeOf(ToolCalls.Part call) {
    int place = waiting.size();
    while (place > 0 && isAfter(waiting.get(place - 1), call)) {
      place--;
    }
    return place;
  }

  private static boolean isAfter(StreamedPart part, ToolCalls.Part call) {
    return part.kind() == Kind.CALL && part.call().index() > call.index();
  }

  /** Sends all that waits, and ends the last part. */
  void end(EventText client) {
    while (open != null || !waiting.isEmpty()) {
      next(client);
    }
  }

  private void add(StreamedPart part, String text, EventText client) {
    if (part.hasEnded()) {
      if (!text.isBlank()) {
        throw new TornException();
      }
      return;
    }
    part.note(text);
    if (part != open) {
      part.keep(text);
      waitingChars += text.length();
      return;
    }
    if (!text.isEmpty()) {
      listener.grown(part, text, client);
    }
    advance(client);
  }

  /** Goes on to the parts that wait, as far as the ones before are complete. */
  private void advance(EventText client) {
    while (!waiting.isEmpty() && (open == null || open.mayEnd())) {
      next(client);
    }
  }

  /** Ends the open part, and begins the next one if there is any. */
  private void next(EventText client) {
    var before = open;
    if (before != null) {
      before.end();
      open = null;
      listener.closed(before, client);
    }
    if (waiting.isEmpty()) {
      return;
    }
    var part = waiting.removeFirst();
    open = part;
    listener.opened(part, client);
    var text = part.taken();
    if (!text.isEmpty()) {
      waitingChars -= text.length();
      listener.grown(part, text, client);
    }
  }

  /** The error for more of a call whose arguments were complete, after the next one has begun. */
  static final class TornException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TornException() {
      super("more of a tool call came after its end", null, false, false);
    }
  }
}
