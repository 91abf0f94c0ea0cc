package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.http.ApiError;

/**
 * A backend's error in any API: an object with at least a message, or a text.
 *
 * @param message its message
 * @param type its kind; empty if not given
 * @param param the wrong field; empty if none
 * @param code the code for programs; empty if none
 */
record Trouble(String message, String type, String param, String code) {

  /** Parses the {@code error} of an answer. */
  static Trouble of(JsonNode error) {
    var message = error.isTextual() ? error.textValue() : text(error, "message");
    var type = text(error, "type");
    return new Trouble(
        message.isEmpty() ? "The backend failed and does not say why." : message,
        type.isEmpty() ? text(error, "status") : type,
        text(error, "param"),
        text(error, "code"));
  }

  /** Parses the error in a whole answer. */
  static Trouble in(ObjectNode answer) {
    var error = Tree.at(answer, "error");
    return of(
        !error.isMissingNode() ? error : answer.has("detail") ? answer.path("detail") : answer);
  }

  /** The error in the gateway's form. */
  ApiError asError() {
    return new ApiError(
        message,
        type.isEmpty() ? "invalid_request_error" : type,
        param.isEmpty() ? null : param,
        code.isEmpty() ? null : code);
  }

  /** The error in a chat stream. */
  ObjectNode asChat() {
    var error =
        Tree.object("message", message).put("type", type.isEmpty() ? "upstream_error" : type);
    error.putNull("param").put("code", code.isEmpty() ? null : code);
    return Tree.object().set("error", error);
  }

  /** The error in a stream of Anthropic's API. */
  ObjectNode asMessage() {
    return Tree.object("type", "error")
        .set("error", Tree.object("type", "api_error").put("message", message));
  }

  private static String text(JsonNode error, String name) {
    var value = Tree.at(error, name);
    return value.isValueNode() && !value.isMissingNode() ? value.asText() : "";
  }
}
