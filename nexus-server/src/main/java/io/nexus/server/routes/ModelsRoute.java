package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Offer;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Route;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code GET /v1/models} and {@code /v1/models/{id}}: the models of healthy backends, and aliases.
 *
 * @param started said to be when each model was created, since nobody knows
 * @param anthropic answers clients of Anthropic's API, which has the same paths
 * @param google answers clients of Google's API, which has the same paths
 */
public record ModelsRoute(
    Clients clients,
    ListedModels listed,
    Instant started,
    AnthropicModels anthropic,
    GoogleModels google) {

  /** Parts of names of models not for chat, and their purposes. */
  private static final Map<String, String> MODES =
      Map.of(
          "embed", "embedding",
          "rerank", "rerank",
          "whisper", "audio_transcription",
          "transcribe", "audio_transcription",
          "tts", "audio_speech",
          "dall-e", "image_generation",
          "stable-diffusion", "image_generation",
          "moderation", "moderation");

  /** The purposes of models that generate text in a conversation. */
  private static final Set<String> CHAT_MODES = Set.of("chat", "responses");

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    if (AnthropicModels.isAsked(request)) {
      anthropic.handle(request, response);
      return;
    }
    if (GoogleModels.isAsked(request)) {
      google.handle(request, response);
      return;
    }
    var client = clients.identify(request);
    Answers.json(response, json -> write(json, client));
  }

  /** Answers for one, by its id, or without a tag by its latest version: {@code llama3}. */
  public void one(ServerRequest request, ServerResponse response) {
    if (AnthropicModels.isAsked(request)) {
      anthropic.one(request, response);
      return;
    }
    if (GoogleModels.isAsked(request)) {
      google.one(request, response);
      return;
    }
    var client = clients.identify(request);
    var id = request.path().pathParameters().get(Route.TARGET);
    var offers = listed.one(id, client, _ -> true);
    var found = offers.isEmpty() ? id + ":latest" : id;
    var of = offers.isEmpty() ? listed.one(found, client, _ -> true) : offers;
    if (of.isEmpty()) {
      throw ApiException.invalid(
          404, "model_not_found", "There is no such model here: GET /v1/models lists them.");
    }
    Answers.json(response, json -> model(json, found, of));
  }

  private void write(JsonGenerator json, ClientKey client) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (var model : listed.all(client, _ -> true).entrySet()) {
      model(json, model.getKey(), model.getValue());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void model(JsonGenerator json, String model, List<Offer> offers) throws IOException {
    var first = offers.getFirst();
    json.writeStartObject();
    json.writeStringField("id", model);
    json.writeStringField("object", "model");
    json.writeNumberField("created", started.getEpochSecond());
    json.writeStringField("owned_by", first.backend().provider());
    json.writeObjectFieldStart("nexus");
    json.writeArrayFieldStart("backends");
    for (var offer : offers) {
      json.writeString(offer.backend().name());
    }
    json.writeEndArray();
    json.writeStringField("location", first.backend().location().label());
    facts(json, model, first.facts());
    var rates = first.price().pricing().rates();
    json.writeObjectFieldStart("price");
    json.writeNumberField("input_usd_per_million", new Money(rates.input()).toUsd());
    json.writeNumberField("output_usd_per_million", new Money(rates.output()).toUsd());
    json.writeStringField("source", first.price().source());
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Writes a model's purpose and its limits in tokens, as far as known. */
  private static void facts(JsonGenerator json, String model, ModelFacts facts) throws IOException {
    json.writeStringField("mode", mode(model, facts));
    if (facts.contextWindow() > 0) {
      json.writeNumberField("context_window", facts.contextWindow());
    }
    if (facts.longestOutput() > 0) {
      json.writeNumberField("max_output_tokens", facts.longestOutput());
    }
  }

  /** Whether it takes part in conversations, as far as its price list or its name says. */
  static boolean isForChat(String model, ModelFacts facts) {
    return CHAT_MODES.contains(mode(model, facts));
  }

  private static String mode(String model, ModelFacts facts) {
    return facts.mode().isEmpty() ? mode(model) : facts.mode();
  }

  /** Guesses the purpose of an unlisted model from its name. */
  private static String mode(String model) {
    var name = model.toLowerCase(Locale.ROOT);
    return MODES.entrySet().stream()
        .filter(each -> name.contains(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("chat");
  }
}
