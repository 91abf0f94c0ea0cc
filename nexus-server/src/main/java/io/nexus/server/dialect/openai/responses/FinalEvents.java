package io.nexus.server.dialect.openai.responses;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.LimitField;
import io.nexus.server.dialect.request.Edits;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/** The events with which the gateway ends a stream itself. Not for concurrent use. */
final class FinalEvents {

  private static final int MAX_HEAD_BYTES = 1 << 20;

  private final StringBuilder events = new StringBuilder();
  private long sequence = -1;
  private byte[] head = {};
  private boolean hasBegun = true;

  /** Notes the number of a forwarded event. */
  void seen(long number) {
    sequence = Math.max(sequence, number);
  }

  /** Notes the response as it begins. */
  void head(byte[] data, int from, int to) {
    if (head.length == 0 && from < to && to - from <= MAX_HEAD_BYTES) {
      head = new byte[to - from];
      System.arraycopy(data, from, head, 0, to - from);
    }
  }

  /** Sets the response of a stream that was cut off before its first event. */
  void unseen(String id, String model, long createdSeconds) {
    if (head.length == 0) {
      hasBegun = sequence >= 0;
      head =
          """
          {"id":%s,"object":"response","created_at":%d,"status":"in_progress","error":null,\
          "incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":%s,\
          "output":[],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":null,\
          "store":false,"temperature":null,"text":{"format":{"type":"text"}},\
          "tool_choice":"auto","tools":[],"top_p":null,"truncation":"disabled","usage":null,\
          "metadata":{}}"""
              .formatted(
                  Edits.quoted(id.replace("req_", "resp_")), createdSeconds, Edits.quoted(model))
              .getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Adds an event of the gateway. */
  void add(String type, String fields) {
    sequence++;
    events
        .append("event: ")
        .append(type)
        .append("\ndata: {\"type\":\"")
        .append(type)
        .append("\",\"sequence_number\":")
        .append(sequence)
        .append(',')
        .append(fields.replace('\n', ' '))
        .append("}\n\n");
  }

  /** A regular end, as if the answer had reached its output limit. */
  String cutOff(OpenItems items, Usage used, Money cost) {
    var response = new String(head, StandardCharsets.UTF_8);
    if (!hasBegun) {
      add("response.created", "\"response\":" + response);
    }
    items.close(this);
    var fields = new LinkedHashMap<String, String>();
    fields.put("status", "\"incomplete\"");
    fields.put("incomplete_details", "{\"reason\":\"max_output_tokens\"}");
    fields.put("output", items.all());
    fields.put("usage", usage(used, cost));
    add(
        "response.incomplete",
        "\"response\":"
            + JsonFields.with(response, fields)
            + ','
            + LimitField.of(used.outputTokens()));
    return events.toString();
  }

  private static String usage(Usage used, Money cost) {
    return """
    {"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,\
    "output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d,"cost":%s}"""
        .formatted(
            used.inputTokens(),
            used.cachedInputTokens(),
            used.outputTokens(),
            used.reasoningTokens(),
            used.inputTokens() + used.outputTokens(),
            cost);
  }

  /** The error for a client whose stream the backend broke off. */
  String error(boolean slow) {
    var message =
        slow
            ? "\"The upstream sent nothing more in time.\""
            : "\"The upstream broke off in the middle.\"";
    var code = slow ? "\"upstream_timeout\"" : "\"upstream_error\"";
    // Some clients look for the fields themselves, others for an object of them.
    add(
        "error",
        "\"code\":%2$s,\"message\":%1$s,\"param\":null,\"error\":{\"message\":%1$s,\"type\":%2$s,\"param\":null,\"code\":%2$s}"
            .formatted(message, code));
    return events.toString();
  }
}
