package io.nexus.server.litellm;

import io.nexus.control.routing.Api;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code model_list}: converts deployments to backends, aliases, fallbacks, prices and
 * budgets.
 */
final class ModelList {

  private static final String ANY = "*";
  private static final String MODE = "mode";

  /** What a deployment is asked for, as the proxy calls it. */
  private static final Map<String, Api> MODES =
      Map.ofEntries(
          Map.entry("chat", Api.CHAT),
          Map.entry("completion", Api.COMPLETIONS),
          Map.entry("embedding", Api.EMBEDDINGS),
          Map.entry("moderation", Api.MODERATIONS),
          Map.entry("responses", Api.RESPONSES),
          Map.entry("image_generation", Api.IMAGES),
          Map.entry("image_edit", Api.IMAGES),
          Map.entry("audio_speech", Api.SPEECH),
          Map.entry("audio_transcription", Api.TRANSCRIPTIONS),
          Map.entry("rerank", Api.RERANK));

  private final Draft draft;
  private final Map<String, String> environment;
  private final KeyPlaces keys;
  private final Map<String, Part> credentials = new HashMap<>();

  ModelList(Draft draft, KeyPlaces keys, Map<String, String> environment) {
    this.draft = draft;
    this.keys = keys;
    this.environment = environment;
  }

  void read(Part config) {
    for (var credential : config.parts("credential_list")) {
      var values = credential.part("credential_values");
      credential.ignore("credential_info");
      credential
          .text("credential_name")
          .ifPresent(name -> values.ifPresent(part -> credentials.put(name.text(), part)));
      credential.rest();
    }
    config.parts("model_list").forEach(this::deployment);
    draft.groups().settle();
  }

  private void deployment(Part entry) {
    var given = entry.part("litellm_params");
    var info = entry.part("model_info");
    if (given.isEmpty()) {
      entry.note("litellm_params", "is missing: the entry is passed over");
      return;
    }
    var params =
        given
            .get()
            .text("litellm_credential_name")
            .flatMap(name -> Optional.ofNullable(credentials.get(name.text())))
            .map(given.get()::or)
            .orElse(given.get());
    var _ = params.text("litellm_credential_name");
    var model = resolved(params, "model");
    var base = resolved(params, "api_base").or(() -> resolved(params, "base_url"));
    if (model.isEmpty()) {
      params.note("model", "is missing: the entry is passed over");
      return;
    }
    var provider = params.text("custom_llm_provider").map(Yaml.Text::text).orElse("");
    var result = Target.of(model.get(), provider, base.orElse(""));
    if (result.target().isEmpty()) {
      params.noCounterpart("model", result.reason());
      params.ignore(params.keys().toArray(String[]::new));
      entry.ignore("model_name");
    } else {
      var group = entry.text("model_name").map(Yaml.Text::text).orElse(model.get());
      var mode = info.flatMap(part -> part.text(MODE)).map(Yaml.Text::text).orElse("");
      var target = result.target().get();
      serve(entry, group, params, info, mode.equals("rerank") ? target.ofRerank() : target);
    }
    params.rest();
    info.ifPresent(ModelList::facts);
    entry.rest();
  }

  private void serve(Part entry, String group, Part params, Optional<Part> info, Target target) {
    var requests = params.whole("rpm", 1, Integer.MAX_VALUE);
    var tokens = params.whole("tpm", 1, Integer.MAX_VALUE);
    var terms =
        new Backends.Terms(
            target.type(),
            target.url(),
            target.provider(),
            keys.of(params, target),
            target.isOwn(),
            headers(params),
            params.whole("order", 0, 1_000_000),
            params.whole("max_parallel_requests", 1, 100_000),
            requests,
            tokens,
            requests.isPresent() || tokens.isPresent() ? target.model() : "");
    var backend = draft.backends().with(terms, target.name(), entry.line());
    info.ifPresent(part -> asked(part, backend));
    var model = target.model();
    if (model.contains(ANY)) {
      backend.servesAll();
      wildcard(entry, group, model);
      return;
    }
    backend.serves(model);
    draft.groups().add(entry.line(), group, model, backend);
    var parts = new ArrayList<>(List.of(params));
    info.ifPresent(parts::add);
    draft.pricing().read(parts, terms.billing(), model);
    draft
        .budgets()
        .of(
            group + "-at-" + backend.name(),
            params,
            "max_budget",
            "budget_duration",
            new LinkedHashMap<>(Map.of("backend", backend.name(), "model", model)));
  }

  private static void asked(Part info, Backends.Made backend) {
    info.text(MODE)
        .ifPresent(
            mode -> {
              var api = MODES.get(mode.text());
              if (api == null) {
                info.noCounterpart(MODE, "'" + mode.text() + "' is not served");
              } else {
                backend.answers(api);
              }
            });
  }

  private static void wildcard(Part entry, String group, String model) {
    if (!model.equals(ANY)) {
      entry.note(
          "model_name", "every model that the backend lists is served, not only '" + model + "'");
    }
    int slash = group.indexOf('/');
    if (slash >= 0) {
      entry.note(
          "model_name",
          "clients ask for a model by its own name, without '"
              + group.substring(0, slash + 1)
              + "'");
    }
  }

  /** Ignores a model's other facts; its prices and sizes have been read. */
  private static void facts(Part info) {
    info.ignore(
        "id", MODE, "description", "db_model", "created_at", "updated_at", "input_cost_per_token");
    if (info.has("base_model")) {
      info.note(
          "base_model",
          "the price goes by the model's name: if 'nexus price' does not know it, add [[pricing]]");
    }
    for (var key : info.keys()) {
      if (key.startsWith("supports_")) {
        info.ignore(key);
      }
    }
    info.rest();
  }

  private static Map<String, String> headers(Part params) {
    var headers = new LinkedHashMap<String, String>();
    for (var key : new String[] {"extra_headers", "headers"}) {
      params
          .part(key)
          .ifPresent(
              part -> {
                for (var name : part.keys()) {
                  part.text(name)
                      .ifPresent(
                          value ->
                              headers.put(
                                  value.isVariable() ? name + "_env" : name,
                                  value.isVariable() ? value.variable() : value.text()));
                }
              });
    }
    params
        .text("organization")
        .ifPresent(
            value ->
                headers.put(
                    value.isVariable() ? "OpenAI-Organization_env" : "OpenAI-Organization",
                    value.isVariable() ? value.variable() : value.text()));
    return headers;
  }

  /** A value that may refer to the environment. */
  private Optional<String> resolved(Part part, String key) {
    return part.text(key)
        .map(
            text -> {
              if (!text.isVariable()) {
                return text.text();
              }
              var value = environment.getOrDefault(text.variable(), "");
              part.note(
                  key,
                  value.isBlank()
                      ? "stands in the environment as "
                          + text.variable()
                          + ", which is not set here:"
                          + " correct it in the file"
                      : "is copied from the environment's " + text.variable());
              return value.isBlank()
                  ? "https://"
                      + text.variable().toLowerCase(Locale.ROOT).replace('_', '-')
                      + ".invalid/v1"
                  : value;
            });
  }
}
