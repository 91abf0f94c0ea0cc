package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.server.http.Clients;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/key}: a client's own key and the state of its budgets. */
public record KeyRoute(Clients clients, Budgets budgets, InstantSource clock) {

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var client = clients.authenticate(request);
    response.headers().set(HeaderNames.CACHE_CONTROL, "no-store");
    Answers.json(response, json -> write(json, client));
  }

  private void write(JsonGenerator json, Caller client) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "key");
    caller(json, client);
    json.writeArrayFieldStart("budgets");
    budgets(json, budgets.always(client, clock.millis()), "every_request");
    budgets(json, budgets.sometimes(client, clock.millis()), "some_requests");
    json.writeEndArray();
    json.writeEndObject();
  }

  private void budgets(JsonGenerator json, List<Budget> budgets, String appliesTo)
      throws IOException {
    for (var budget : budgets) {
      json.writeStartObject();
      BudgetJson.figures(json, budget.state(clock.millis()));
      json.writeStringField("applies_to", appliesTo);
      json.writeEndObject();
    }
  }

  /** Writes the caller of a key as fields of the open object. */
  public static void caller(JsonGenerator json, Caller caller) throws IOException {
    json.writeStringField("name", orNull(caller.key()));
    json.writeStringField("team", orNull(caller.team()));
    json.writeStringField("user", orNull(caller.user()));
    json.writeArrayFieldStart("tags");
    for (var tag : caller.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
