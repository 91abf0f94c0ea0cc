package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.ChoiceStates;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.LimitField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The events with which the gateway ends a stream itself. */
final class FinalChunks {

  private static final int MAX_HEAD_BYTES = 4096;

  private final Form form;
  private String head = "";

  /** The form of an API's chunks. */
  enum Form {
    /** Chat completions. */
    CHAT("chat.completion.chunk", "\"delta\":{}"),
    /** Completions. */
    COMPLETION("text_completion", "\"text\":\"\",\"logprobs\":null");

    private final String object;
    private final String nothing;

    Form(String object, String nothing) {
      this.object = object;
      this.nothing = nothing;
    }
  }

  /** The end of a stream that has not begun. */
  FinalChunks(Form form) {
    this.form = form;
  }

  /** Notes a chunk of the backend, whose common fields are copied. */
  public void seen(byte[] bytes, int from, int to) {
    if (head.isEmpty() && to - from <= MAX_HEAD_BYTES) {
      try {
        head = head(bytes, Json.afterMark(bytes, from, to), to);
      } catch (IOException e) {
        head = ""; // The next chunk may be easier to read.
      }
    }
  }

  /** The fields that all chunks of a stream share, as the backend writes them. */
  private static String head(byte[] bytes, int dataFrom, int dataTo) throws IOException {
    var head = new StringBuilder();
    try (var json = Json.lenient(bytes, dataFrom, dataTo)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        int from = Json.start(json);
        json.skipChildren();
        switch (name) {
          case "id", "object", "created", "model", "system_fingerprint" ->
              head.append('"')
                  .append(name)
                  .append("\":")
                  .append(
                      new String(
                          bytes, dataFrom + from, Json.end(json) - from, StandardCharsets.UTF_8))
                  .append(',');
          default -> {}
        }
      }
    }
    return head.toString().replace('\n', ' ');
  }

  /** Sets the common fields for a stream that was cut off before its first chunk. */
  public void unseen(String id, String model, long createdSeconds) {
    if (head.isEmpty()) {
      head =
          "\"id\":%s,\"object\":\"%s\",\"created\":%d,\"model\":%s,"
              .formatted(quoted(id), form.object, createdSeconds, quoted(model));
    }
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /**
   * A regular end, as if the answer had reached its output limit.
   *
   * @param choices the choices, some of which the backend has ended
   */
  public String cutOff(ChoiceStates choices, boolean usageWanted, Usage used, Money cost) {
    var events = new StringBuilder();
    if (!choices.areFinished()) {
      finish(choices, used, events);
    }
    if (usageWanted) {
      events
          .append("data: {")
          .append(head)
          .append("\"choices\":[],\"usage\":{\"prompt_tokens\":")
          .append(used.inputTokens())
          .append(",\"completion_tokens\":")
          .append(used.outputTokens())
          .append(",\"total_tokens\":")
          .append(used.inputTokens() + used.outputTokens())
          .append(",\"cost\":")
          .append(cost)
          .append("}}\n\n");
    }
    return events.append("data: [DONE]\n\n").toString();
  }

  private void finish(ChoiceStates choices, Usage used, StringBuilder events) {
    events.append("data: {").append(head).append("\"choices\":[");
    var comma = "";
    for (int i = 0; i <= choices.last(); i++) {
      if (!choices.hasEnded(i)) {
        events
            .append(comma)
            .append("{\"index\":")
            .append(i)
            .append(',')
            .append(form.nothing)
            .append(",\"finish_reason\":\"length\"}");
        comma = ",";
      }
    }
    events.append("],").append(LimitField.of(used.outputTokens())).append("}\n\n");
  }

  /** The error for a client whose stream the backend broke off. */
  public static String error(boolean slow) {
    var what =
        slow
            ? "\"message\":\"The upstream sent nothing more in"
                + " time.\",\"type\":\"upstream_timeout\""
            : "\"message\":\"The upstream broke off in the middle.\",\"type\":\"upstream_error\"";
    return "data: {\"error\":{" + what + ",\"param\":null,\"code\":null}}\n\n";
  }
}
