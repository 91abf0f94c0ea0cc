package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Offer;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.ErrorForm;
import io.nexus.server.http.Errors;
import io.nexus.server.http.Route;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The models that healthy backends serve by Anthropic's API, in its own format, on one page, for
 * clients that send its version header.
 *
 * @param started reported as the creation time of each model, which is unknown
 * @param errors the API's error format
 * @see <a href="https://platform.claude.com/docs/en/api/models-list">Models</a>
 */
public record AnthropicModels(
    Clients clients, ListedModels listed, Instant started, ErrorForm errors) {

  private static final HeaderName VERSION = HeaderNames.create("anthropic-version");

  /** Whether a request to a path shared by several APIs is from a client of this one. */
  static boolean isAsked(ServerRequest request) {
    return request.headers().contains(VERSION);
  }

  /** Answers with all. */
  void handle(ServerRequest request, ServerResponse response) {
    answer(
        response,
        () -> {
          var client = clients.identify(request);
          Answers.json(response, json -> write(json, client));
        });
  }

  /** Answers for one. */
  void one(ServerRequest request, ServerResponse response) {
    answer(
        response,
        () -> {
          var client = clients.identify(request);
          var model = request.path().pathParameters().get(Route.TARGET);
          var offers = listed.one(model, client, AnthropicModels::speaks);
          if (offers.isEmpty()) {
            throw ApiException.invalid(
                404, "model_not_found", "There is no such model here: GET /v1/models lists them.");
          }
          Answers.json(response, json -> model(json, model, offers));
        });
  }

  private void answer(ServerResponse response, Runnable answer) {
    try {
      answer.run();
    } catch (ApiException e) {
      Errors.send(response, e, errors);
    }
  }

  private static boolean speaks(Backend backend) {
    return backend.apis().contains(Api.MESSAGES);
  }

  private void write(JsonGenerator json, ClientKey client) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("data");
    var first = "";
    var last = "";
    for (var model : listed.all(client, AnthropicModels::speaks).entrySet()) {
      model(json, model.getKey(), model.getValue());
      first = first.isEmpty() ? model.getKey() : first;
      last = model.getKey();
    }
    json.writeEndArray();
    json.writeBooleanField("has_more", false);
    json.writeStringField("first_id", first.isEmpty() ? null : first);
    json.writeStringField("last_id", last.isEmpty() ? null : last);
    json.writeEndObject();
  }

  private void model(JsonGenerator json, String model, List<Offer> offers) throws IOException {
    var facts = offers.getFirst().facts();
    json.writeStartObject();
    json.writeStringField("type", "model");
    json.writeStringField("id", model);
    json.writeStringField("display_name", model);
    json.writeStringField("created_at", started.truncatedTo(ChronoUnit.SECONDS).toString());
    if (facts.contextWindow() > 0) {
      json.writeNumberField("max_input_tokens", facts.contextWindow());
    }
    if (facts.longestOutput() > 0) {
      json.writeNumberField("max_tokens", facts.longestOutput());
    }
    json.writeEndObject();
  }
}
