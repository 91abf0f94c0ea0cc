package io.nexus.server.dialect.translate;

/** A part of a streamed completion: a thought, a text or a tool call. */
final class StreamedPart {

  private final Kind kind;
  private final ToolCalls.Part call;
  private final StringBuilder waiting = new StringBuilder();
  private int depth;
  private boolean isInString;
  private boolean isEscaped;
  private boolean isWhole;
  private boolean ended;

  /** The kinds of parts. */
  enum Kind {
    THOUGHT,
    TEXT,
    REFUSAL,
    CALL
  }

  /** A part without text so far. */
  StreamedPart(Kind kind) {
    this(kind, new ToolCalls.Part(0, 0, true, "", "", ""));
  }

  /** A tool call without arguments so far. */
  StreamedPart(ToolCalls.Part call) {
    this(Kind.CALL, call);
  }

  private StreamedPart(Kind kind, ToolCalls.Part call) {
    this.kind = kind;
    this.call = call;
  }

  Kind kind() {
    return kind;
  }

  /** The first fragment of a tool call. */
  ToolCalls.Part call() {
    return call;
  }

  /** Adds text that must wait. */
  void keep(String text) {
    waiting.append(text);
  }

  /** Takes the text that has waited. */
  String taken() {
    var text = waiting.toString();
    waiting.setLength(0);
    return text;
  }

  /** Notes text of it, to find the end of a call's arguments. */
  void note(String text) {
    if (kind == Kind.CALL) {
      for (int i = 0; i < text.length() && !isWhole; i++) {
        note(text.charAt(i));
      }
    }
  }

  private void note(char each) {
    if (isInString) {
      isInString = isEscaped || each != '"';
      isEscaped = each == '\\' && !isEscaped;
      return;
    }
    switch (each) {
      case '"' -> isInString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> isWhole = --depth == 0;
      default -> {} // Nothing else opens or closes a part of a JSON document.
    }
  }

  /**
   * Whether it can end when another part begins. A call has to wait until its arguments are a whole
   * JSON object.
   */
  boolean mayEnd() {
    return kind != Kind.CALL || isWhole;
  }

  boolean hasEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }
}
