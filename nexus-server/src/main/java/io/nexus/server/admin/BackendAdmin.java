package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.Setting;
import io.nexus.server.account.Accounts;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.HealthChecks;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.routes.BackendJson;
import io.nexus.server.settings.DrainedBackends;
import io.nexus.server.settings.SettingValue;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Lists, drains, enables and probes backends. */
record BackendAdmin(BackendRegistry registry, HealthChecks health, Accounts accounts, Edits edits) {

  private static final Comparator<LiveBackend> BY_NAME =
      Comparator.comparing(live -> live.backend().name());

  /** All backends; with {@code healthy=true} or false only those. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var page = Page.of(request, Page.MOST);
    var query = new ListQuery(request, "healthy");
    var healthy = query.flag("healthy");
    var found =
        registry.backends().stream()
            .filter(live -> healthy.isEmpty() || healthy.get() == live.load().healthy())
            .filter(live -> query.has(Stream.of(live.backend().name(), live.backend().type())))
            .toList();
    var shown = query.sorted(found, Map.of("name", BY_NAME));
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(json, shown, live -> live.backend().name(), live -> write(json, live));
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  /** One backend. */
  void show(ServerRequest request, ServerResponse response, Actor actor) {
    answer(response, named(request));
  }

  /** Drains it on all gateways until it is enabled: no new requests, running ones complete. */
  void drain(ServerRequest request, ServerResponse response, Actor actor) {
    keep(request, response, actor, true);
  }

  /** Ends the draining. */
  void enable(ServerRequest request, ServerResponse response, Actor actor) {
    keep(request, response, actor, false);
  }

  private void keep(ServerRequest request, ServerResponse response, Actor actor, boolean drained) {
    var live = named(request);
    edits.keep(
        request,
        actor,
        DrainedBackends.BACKEND,
        live.backend().name(),
        found -> {
          var value = found.map(SettingValue::of).orElse(edits.nothing());
          return new Draft(
              value.withDisabled(drained).text(),
              drained ? "backend.drain" : "backend.enable",
              recorded(value.disabled()),
              recorded(drained));
        });
    answer(response, live);
  }

  private static String recorded(boolean drained) {
    return Edits.object(json -> json.writeBooleanField("drained", drained));
  }

  /** Probes it now; the result counts at once. */
  void probe(ServerRequest request, ServerResponse response, Actor actor) {
    var live = named(request);
    health.probe(live);
    answer(response, live);
  }

  private LiveBackend named(ServerRequest request) {
    var name = request.path().pathParameters().get("name");
    return registry.backends().stream()
        .filter(live -> live.backend().name().equals(name))
        .findFirst()
        .orElseThrow(BackendAdmin::notFound);
  }

  private static ApiException notFound() {
    return new ApiException(
        404,
        new ApiError(
            "There is no backend of that name.",
            "invalid_request_error",
            "name",
            "backend_not_found"),
        Map.of());
  }

  private void answer(ServerResponse response, LiveBackend live) {
    Edits.version(response, version(live));
    Answers.json(response, json -> write(json, live));
  }

  private long version(LiveBackend live) {
    return edits
        .settings()
        .find(DrainedBackends.BACKEND, live.backend().name())
        .map(Setting::version)
        .orElse(Setting.NEW);
  }

  private void write(JsonGenerator json, LiveBackend live) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "backend");
    BackendJson.fields(json, live, accounts);
    json.writeBooleanField("up", live.isUp());
    json.writeArrayFieldStart("models");
    for (var model : live.models()) {
      json.writeString(model);
    }
    json.writeEndArray();
    json.writeNumberField("version", version(live));
    json.writeEndObject();
  }
}
