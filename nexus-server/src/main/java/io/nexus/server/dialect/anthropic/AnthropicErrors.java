package io.nexus.server.dialect.anthropic;

import io.nexus.server.http.ApiError;
import io.nexus.server.http.ErrorForm;
import io.nexus.server.http.ErrorJson;
import io.nexus.server.http.JsonText;

/**
 * Anthropic's error format: {@code {"type":"error","error":{"type":...,"message":...},
 * "request_id":...}}. The inner object also has what OpenAI's errors have and Anthropic's do not:
 * the code, the wrong field, the budget, and why no backend was left.
 *
 * @see <a href="https://platform.claude.com/docs/en/api/errors">Errors</a>
 */
public final class AnthropicErrors implements ErrorForm {

  /** The format. */
  public static final ErrorForm FORM = new AnthropicErrors();

  private AnthropicErrors() {}

  @Override
  public String body(int status, ApiError error) {
    return body(status, error, "");
  }

  @Override
  public String body(int status, ApiError error, String requestId) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", "error");
          json.writeObjectFieldStart("error");
          json.writeStringField("type", type(status, error));
          json.writeStringField("message", error.message());
          ErrorJson.details(json, error);
          json.writeEndObject();
          if (!requestId.isEmpty()) {
            json.writeStringField("request_id", requestId);
          }
          json.writeEndObject();
        });
  }

  @Override
  public String event() {
    return "error";
  }

  @Override
  public String idHeader() {
    return "request-id";
  }

  private static String type(int status, ApiError error) {
    if (error.type().equals("budget_exceeded")) {
      return "billing_error";
    }
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503, 529 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }
}
