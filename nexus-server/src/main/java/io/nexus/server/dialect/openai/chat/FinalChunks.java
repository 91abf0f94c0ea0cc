package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The events by which the gateway itself ends a stream. */
public final class FinalChunks {

  private static final int MAX_HEAD_BYTES = 4096;

  private String head = "";
  private int choices = 1;

  /** Notes what the stream's own chunks look like. */
  public void seen(byte[] bytes, int from, int to, Completion chunk) throws IOException {
    choices = Math.max(choices, chunk.choices());
    if (head.isEmpty() && to - from <= MAX_HEAD_BYTES) {
      head = head(bytes, from, to);
    }
  }

  /** The fields that all chunks of a stream share, as the backend writes them. */
  private static String head(byte[] bytes, int dataFrom, int dataTo) throws IOException {
    var head = new StringBuilder();
    try (var json = Json.parser(bytes, dataFrom, dataTo)) {
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
    return head.toString();
  }

  /**
   * A proper end, as if the answer had reached its greatest length.
   *
   * @param finished whether the backend has said already why it ended
   */
  public String cutOff(boolean finished, boolean usageWanted, Usage used, Money cost) {
    var events = new StringBuilder();
    if (!finished) {
      finish(events);
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

  private void finish(StringBuilder events) {
    events.append("data: {").append(head).append("\"choices\":[");
    for (int i = 0; i < choices; i++) {
      events
          .append(i == 0 ? "" : ",")
          .append("{\"index\":")
          .append(i)
          .append(",\"delta\":{},\"finish_reason\":\"length\"}");
    }
    events.append("]}\n\n");
  }

  /** What a client is told whose stream the backend broke off. */
  public static String error(boolean slow) {
    var what =
        slow
            ? "\"message\":\"The upstream sent nothing more in"
                + " time.\",\"type\":\"upstream_timeout\""
            : "\"message\":\"The upstream broke off in the middle.\",\"type\":\"upstream_error\"";
    return "data: {\"error\":{" + what + ",\"param\":null,\"code\":null}}\n\n";
  }
}
