package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Offer;
import io.nexus.server.admin.Actor;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.ConfigurationText;
import io.nexus.server.spend.RecordJson;
import java.io.IOException;

/**
 * {@code GET /admin/v1/self}: the actor and its rights, {@code GET /admin/v1/configuration}: the
 * output of {@code nexus check}, with the source of each value, and {@code GET /admin/v1/models}:
 * each model at each backend, also of backends that are down, with its price and source.
 */
record SetupRoutes(Sources sources) {

  void self(ServerResponse response, Actor actor) {
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "administrator");
          json.writeStringField("name", actor.key());
          json.writeStringField("role", actor.role().label());
          json.writeStringField("team", RecordJson.orNull(actor.team()));
          json.writeStringField("ledger_away_since", sources.awaySince());
          json.writeEndObject();
        });
  }

  void configuration(ServerResponse response) {
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "configuration");
          json.writeStringField(
              "toml", ConfigurationText.of(sources.configuration().get(), System.getenv()));
          json.writeEndObject();
        });
  }

  void models(ServerResponse response) {
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var model : sources.registry().models()) {
            for (var offer : sources.registry().offers(model)) {
              write(json, offer);
            }
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, Offer offer) throws IOException {
    var pricing = offer.price().pricing();
    var rates = pricing.rates();
    json.writeStartObject();
    json.writeStringField("object", "offer");
    json.writeStringField("model", offer.model());
    json.writeStringField("backend", offer.backend().name());
    json.writeStringField("provider", offer.backend().provider());
    json.writeBooleanField("healthy", offer.load().healthy());
    json.writeBooleanField("known", !offer.price().isUnknown());
    json.writeNumberField("input_usd_per_million", new Money(rates.input()).toUsd());
    json.writeNumberField("cached_input_usd_per_million", new Money(rates.cachedInput()).toUsd());
    json.writeNumberField("output_usd_per_million", new Money(rates.output()).toUsd());
    json.writeStringField("source", offer.price().source());
    json.writeEndObject();
  }
}
