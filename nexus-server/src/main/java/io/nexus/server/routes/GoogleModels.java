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
import java.util.List;

/**
 * {@code GET /v1beta/models} and {@code /v1beta/models/{model}}: the models that healthy backends
 * serve by Google's API, in its own format, on one page.
 *
 * @param errors the API's error format
 * @see <a href="https://ai.google.dev/api/models">Models</a>
 */
public record GoogleModels(Clients clients, ListedModels listed, ErrorForm errors) {

  private static final HeaderName KEY = HeaderNames.create("x-goog-api-key");
  private static final String PREFIX = "models/";

  /** Whether a request to a path shared by several APIs is from a client of this one. */
  static boolean isAsked(ServerRequest request) {
    return request.headers().contains(KEY);
  }

  /** Answers with all. */
  public void handle(ServerRequest request, ServerResponse response) {
    answer(
        response,
        () -> {
          var client = clients.identify(request);
          Answers.json(response, json -> write(json, client));
        });
  }

  /** Answers for one. */
  public void one(ServerRequest request, ServerResponse response) {
    answer(
        response,
        () -> {
          var client = clients.identify(request);
          var model = request.path().pathParameters().get(Route.TARGET);
          var offers = listed.one(model, client, GoogleModels::speaks);
          if (offers.isEmpty()) {
            throw ApiException.invalid(
                404,
                "model_not_found",
                "There is no such model here: GET /v1beta/models lists them.");
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
    return backend.apis().contains(Api.GEMINI);
  }

  private void write(JsonGenerator json, ClientKey client) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("models");
    for (var model : listed.all(client, GoogleModels::speaks).entrySet()) {
      model(json, model.getKey(), model.getValue());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void model(JsonGenerator json, String model, List<Offer> offers)
      throws IOException {
    var facts = offers.getFirst().facts();
    json.writeStartObject();
    json.writeStringField("name", PREFIX + model);
    json.writeStringField("displayName", model);
    if (facts.contextWindow() > 0) {
      json.writeNumberField("inputTokenLimit", facts.contextWindow());
    }
    if (facts.longestOutput() > 0) {
      json.writeNumberField("outputTokenLimit", facts.longestOutput());
    }
    json.writeArrayFieldStart("supportedGenerationMethods");
    for (var verb : verbs(model)) {
      json.writeString(verb);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** The methods of a model; an embedding model is recognised by its name. */
  private static List<String> verbs(String model) {
    return model.contains("embedding")
        ? List.of("embedContent", "batchEmbedContents", "countTokens")
        : List.of("generateContent", "streamGenerateContent", "countTokens");
  }
}
