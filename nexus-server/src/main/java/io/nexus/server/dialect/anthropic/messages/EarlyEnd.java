package io.nexus.server.dialect.anthropic.messages;

import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.LimitField;
import io.nexus.server.dialect.request.Edits;
import java.util.SortedSet;
import java.util.TreeSet;

/** The events with which the gateway ends a stream itself. For one stream. */
final class EarlyEnd {

  /** The last event of a stream. */
  static final String STOP = event("message_stop", "{\"type\":\"message_stop\"}");

  private static final String ID = "msg_";

  private final SortedSet<Integer> open = new TreeSet<>();
  private boolean begun;

  /** Notes that the message has begun. */
  void begun() {
    begun = true;
  }

  /** Notes that a block has begun. */
  void opened(int index) {
    open.add(index);
  }

  /** Notes that a block has ended. */
  void closed(int index) {
    open.remove(index);
  }

  /**
   * A regular end, as if the answer had reached its output limit.
   *
   * @param requestId the id of the request
   * @param model the model that answers
   * @param cost the charge
   */
  String cutOff(String requestId, String model, AnswerCost cost) {
    var events = new StringBuilder();
    if (!begun) {
      events.append(start(requestId, model, cost.usage().inputTokens()));
    }
    for (int index : open) {
      events.append(
          event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + '}'));
    }
    long output = cost.usage().outputTokens();
    var delta =
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\","
            + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":%d,\"cost\":%s},%s}"
                .formatted(output, cost.amount(), LimitField.of(output));
    return events.append(event("message_delta", delta)).append(STOP).toString();
  }

  /** The beginning of a message, if the backend has not sent one. */
  private static String start(String requestId, String model, long inputTokens) {
    var message =
        "{\"type\":\"message_start\",\"message\":{\"id\":%s,\"type\":\"message\","
                .formatted(Edits.quoted(ID + requestId))
            + "\"role\":\"assistant\",\"model\":%s,\"content\":[],\"stop_reason\":null,"
                .formatted(Edits.quoted(model))
            + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":%d,\"output_tokens\":0}}}"
                .formatted(inputTokens);
    return event("message_start", message);
  }

  /** The error for a client whose stream the backend broke off. */
  static String error(boolean slow, String requestId) {
    var what =
        slow
            ? "\"type\":\"timeout_error\",\"message\":\"The upstream sent nothing more in time.\""
            : "\"type\":\"api_error\",\"message\":\"The upstream broke off in the middle.\"";
    return event(
        "error",
        "{\"type\":\"error\",\"error\":{" + what + "},\"request_id\":\"" + requestId + "\"}");
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }
}
