package io.nexus.server.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.config.AlertEvent;
import io.nexus.config.AlertFormat;
import io.nexus.control.budget.BudgetState;
import io.nexus.server.http.JsonText;
import io.nexus.server.routes.BudgetJson;
import java.io.IOException;

/** Formats messages for their receivers. */
final class AlertText {

  private AlertText() {}

  static String write(AlertMessage message, AlertFormat format) {
    return switch (format) {
      case JSON -> json(message);
      case SLACK -> slack(text(message));
    };
  }

  private static String json(AlertMessage message) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", type(message));
          json.writeStringField("timestamp", message.at().toString());
          json.writeStringField("alert", message.alert());
          switch (message) {
            case AlertMessage.Threshold reached -> {
              figures(json, reached.state(), reached.threshold());
              json.writeStringField(
                  "forecast_exhausted_at",
                  reached.exhaustedAt().map(Object::toString).orElse(null));
            }
            case AlertMessage.Refused refused -> figures(json, refused.state(), 0);
            case AlertMessage.Happened happened -> {
              json.writeStringField("node", happened.node());
              if (!happened.subject().isEmpty()) {
                json.writeStringField(
                    happened.event() == AlertEvent.UNPRICED ? "model" : "backend",
                    happened.subject());
              }
              json.writeNumberField("count", happened.count());
            }
          }
          json.writeEndObject();
        });
  }

  private static String type(AlertMessage message) {
    return switch (message) {
      case AlertMessage.Threshold _ -> "budget.threshold_reached";
      case AlertMessage.Refused _ -> "budget.refused";
      case AlertMessage.Happened happened ->
          switch (happened.event()) {
            case THRESHOLD, REFUSED -> "budget." + happened.event().label();
            case BACKEND_DOWN -> "backend.down";
            case LEDGER_AWAY -> "ledger.away";
            case UNPRICED -> "request.unpriced";
            case UNKNOWN_OUTCOME -> "request.outcome_unknown";
          };
    };
  }

  private static void figures(JsonGenerator json, BudgetState state, int threshold)
      throws IOException {
    json.writeStringField("budget", state.terms().name());
    if (threshold > 0) {
      json.writeNumberField("threshold", threshold);
    }
    json.writeNumberField("percent", BudgetJson.percent(state));
    json.writeNumberField("spent", state.spent().toUsd());
    json.writeNumberField("limit", state.limit().toUsd());
    json.writeObjectFieldStart("cycle");
    json.writeStringField("start", state.cycle().start().toString());
    json.writeStringField("end", BudgetJson.resetsAt(state));
    json.writeEndObject();
    json.writeStringField("resets_at", BudgetJson.resetsAt(state));
  }

  private static String text(AlertMessage message) {
    return switch (message) {
      case AlertMessage.Threshold reached -> threshold(reached);
      case AlertMessage.Refused refused ->
          "Budget *%s* refuses requests: $%s of $%s spent.%s"
              .formatted(
                  refused.state().terms().name(),
                  refused.state().spent(),
                  refused.state().limit(),
                  resets(refused.state()));
      case AlertMessage.Happened happened ->
          switch (happened.event()) {
            case THRESHOLD, REFUSED -> happened.about();
            case BACKEND_DOWN ->
                "Backend *%s* is down for gateway %s."
                    .formatted(happened.subject(), happened.node());
            case LEDGER_AWAY -> "The ledger does not answer gateway %s.".formatted(happened.node());
            case UNPRICED ->
                "The price of model *%s* is not known: gateway %s had %d requests for it."
                    .formatted(happened.subject(), happened.node(), happened.count());
            case UNKNOWN_OUTCOME ->
                "%d requests of gateway %s were never answered: their cost is a guess."
                    .formatted(happened.count(), happened.node());
          };
    };
  }

  private static String resets(BudgetState state) {
    var resetsAt = BudgetJson.resetsAt(state);
    return resetsAt == null ? "" : " It resets at " + resetsAt + ".";
  }

  private static String threshold(AlertMessage.Threshold message) {
    var state = message.state();
    var text = new StringBuilder();
    text.append("Budget *").append(state.terms().name()).append("* has reached ");
    text.append(message.threshold()).append("%: $").append(state.spent()).append(" of $");
    text.append(state.limit()).append(" spent.");
    message
        .exhaustedAt()
        .filter(at -> at.isAfter(message.at()))
        .ifPresent(at -> text.append(" At this rate it is spent at ").append(at).append('.'));
    return text.append(resets(state)).toString();
  }

  /** The format of Slack's incoming webhooks: https://docs.slack.dev/messaging. */
  private static String slack(String text) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("text", text);
          json.writeEndObject();
        });
  }
}
