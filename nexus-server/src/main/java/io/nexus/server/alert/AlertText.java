package io.nexus.server.alert;

import io.nexus.config.AlertFormat;
import io.nexus.server.http.JsonText;
import io.nexus.server.routes.BudgetJson;

/** A message in the form that its receiver takes. */
final class AlertText {

  private AlertText() {}

  static String write(AlertMessage message, AlertFormat format) {
    return switch (format) {
      case JSON -> json(message);
      case SLACK -> slack(message);
    };
  }

  private static String json(AlertMessage message) {
    var state = message.state();
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", "budget.threshold_reached");
          json.writeStringField("timestamp", message.at().toString());
          json.writeStringField("alert", message.alert());
          json.writeStringField("budget", state.terms().name());
          json.writeNumberField("threshold", message.threshold());
          json.writeNumberField("percent", BudgetJson.percent(state));
          json.writeNumberField("spent", state.spent().toUsd());
          json.writeNumberField("limit", state.limit().toUsd());
          json.writeObjectFieldStart("cycle");
          json.writeStringField("start", state.cycle().start().toString());
          json.writeStringField("end", BudgetJson.resetsAt(state));
          json.writeEndObject();
          json.writeStringField("resets_at", BudgetJson.resetsAt(state));
          json.writeStringField(
              "forecast_exhausted_at", message.exhaustedAt().map(Object::toString).orElse(null));
          json.writeEndObject();
        });
  }

  /** The form of Slack's incoming webhooks: https://docs.slack.dev/messaging. */
  private static String slack(AlertMessage message) {
    var state = message.state();
    var text = new StringBuilder();
    text.append("Budget *").append(state.terms().name()).append("* has reached ");
    text.append(message.threshold()).append("%: $").append(state.spent()).append(" of $");
    text.append(state.limit()).append(" spent.");
    message
        .exhaustedAt()
        .filter(at -> at.isAfter(message.at()))
        .ifPresent(at -> text.append(" At this rate it is spent at ").append(at).append('.'));
    var resetsAt = BudgetJson.resetsAt(state);
    if (resetsAt != null) {
      text.append(" It resets at ").append(resetsAt).append('.');
    }
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("text", text.toString());
          json.writeEndObject();
        });
  }
}
