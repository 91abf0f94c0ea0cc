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
import io.nexus.server.http.Clients;
import io.nexus.server.http.ErrorForm;
import io.nexus.server.http.Errors;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.http.Route;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The models that healthy backends serve by Anthropic's API, also by translation, in its own
 * format, for clients that send its version header. Without a limit in the query all are on one
 * page.
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
          var page = Page.of(request);
          var all = listed.all(client, AnthropicModels::speaks);
          all.entrySet().removeIf(each -> !isServed(each.getKey(), each.getValue()));
          Answers.json(response, json -> write(json, page, all));
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
          if (!isServed(model, offers)) {
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
    return backend.asked(Api.MESSAGES) != null;
  }

  /** Whether it may answer messages: at backends of other APIs, models for chat only. */
  private static boolean isServed(String model, List<Offer> offers) {
    return offers.stream()
        .anyMatch(
            offer ->
                !offer.backend().isTranslated(Api.MESSAGES)
                    || ModelsRoute.isForChat(model, offer.facts()));
  }

  private void write(JsonGenerator json, Page page, Map<String, List<Offer>> all)
      throws IOException {
    var names = page.within(List.copyOf(all.keySet()));
    var shown = page.of(names);
    json.writeStartObject();
    json.writeArrayFieldStart("data");
    for (var name : shown) {
      model(json, name, all.getOrDefault(name, List.of()));
    }
    json.writeEndArray();
    json.writeBooleanField("has_more", shown.size() < names.size());
    json.writeStringField("first_id", shown.isEmpty() ? null : shown.getFirst());
    json.writeStringField("last_id", shown.isEmpty() ? null : shown.getLast());
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

  /**
   * The requested page of the list, whose names are in order.
   *
   * @param limit the most models on it
   * @param afterId the model before the page; empty if none
   * @param beforeId the model after the page, which then has the models right before that; empty if
   *     none
   */
  private record Page(int limit, String afterId, String beforeId) {

    static Page of(ServerRequest request) {
      return new Page(
          QueryParameter.first(request, "limit").map(Page::limit).orElse(Integer.MAX_VALUE),
          QueryParameter.first(request, "after_id").orElse(""),
          QueryParameter.first(request, "before_id").orElse(""));
    }

    private static int limit(String text) {
      if (!text.matches("[1-9][0-9]{0,2}|1000")) {
        throw ApiException.badRequest("limit", "'limit' must be a number from 1 to 1000.");
      }
      return Integer.parseInt(text);
    }

    /** The names between the two ids. */
    List<String> within(List<String> names) {
      return names.stream()
          .filter(name -> afterId.isEmpty() || name.compareTo(afterId) > 0)
          .filter(name -> beforeId.isEmpty() || name.compareTo(beforeId) < 0)
          .toList();
    }

    /** Those on the page. */
    List<String> of(List<String> names) {
      int more = Math.max(0, names.size() - limit);
      return beforeId.isEmpty()
          ? names.subList(0, names.size() - more)
          : names.subList(more, names.size());
    }
  }
}
