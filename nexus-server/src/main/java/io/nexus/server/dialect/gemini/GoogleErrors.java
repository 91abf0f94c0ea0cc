package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.budget.BudgetViolation;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ErrorForm;
import io.nexus.server.http.JsonText;
import java.io.IOException;
import java.time.Instant;

/**
 * The error format of Google's APIs: a code, a message, and one of a few statuses; further facts
 * for programs are in details of Google's types.
 *
 * @see <a href="https://google.aip.dev/193">AIP-193: Errors</a>
 */
public final class GoogleErrors {

  /** The format. */
  public static final ErrorForm FORM = GoogleErrors::write;

  private static final String TYPES = "type.googleapis.com/google.rpc.";
  private static final String DOMAIN = "nexus";

  private GoogleErrors() {}

  private static String write(int status, ApiError error) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("error");
          json.writeNumberField("code", status);
          json.writeStringField("message", error.message());
          json.writeStringField("status", name(status));
          json.writeArrayFieldStart("details");
          info(json, error);
          if (error.param() != null) {
            violation(json, error.param(), error.message());
          }
          for (var reason : error.reasons()) {
            json.writeStartObject();
            json.writeStringField("@type", TYPES + "DebugInfo");
            json.writeStringField(
                "detail", reason.candidate().backend().name() + ": " + reason.reason());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void info(JsonGenerator json, ApiError error) throws IOException {
    json.writeStartObject();
    json.writeStringField("@type", TYPES + "ErrorInfo");
    json.writeStringField("reason", error.code() == null ? error.type() : error.code());
    json.writeStringField("domain", DOMAIN);
    if (error.violation() != null) {
      budget(json, error.violation());
    }
    json.writeEndObject();
  }

  /** Writes the budget that refused; the type of the object requires strings. */
  private static void budget(JsonGenerator json, BudgetViolation violation) throws IOException {
    var budget = violation.budget();
    json.writeObjectFieldStart("metadata");
    json.writeStringField("budget", budget.terms().name());
    json.writeStringField("limit", budget.limit().toString());
    json.writeStringField("spent", budget.spent().toString());
    json.writeStringField("held", budget.held().toString());
    json.writeStringField("remaining", budget.remaining().toString());
    json.writeStringField("required", violation.required().toString());
    var end = budget.cycle().end();
    if (!end.equals(Instant.MAX)) {
      json.writeStringField("resets_at", end.toString());
    }
    json.writeEndObject();
  }

  private static void violation(JsonGenerator json, String field, String message)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("@type", TYPES + "BadRequest");
    json.writeArrayFieldStart("fieldViolations");
    json.writeStartObject();
    json.writeStringField("field", field);
    json.writeStringField("description", message);
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * The status for an HTTP code.
   *
   * @see <a href="https://cloud.google.com/apis/design/errors#handling_errors">Handling errors</a>
   */
  static String name(int code) {
    return switch (code) {
      case 401 -> "UNAUTHENTICATED";
      case 402, 429 -> "RESOURCE_EXHAUSTED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 405, 501 -> "UNIMPLEMENTED";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 409 -> "ABORTED";
      case 500 -> "INTERNAL";
      case 502, 503 -> "UNAVAILABLE";
      default -> code < 500 ? "INVALID_ARGUMENT" : "UNKNOWN";
    };
  }
}
