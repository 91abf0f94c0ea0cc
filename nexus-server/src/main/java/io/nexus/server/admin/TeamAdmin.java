package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.config.BudgetConfig;
import io.nexus.config.SettingConfig;
import io.nexus.config.TeamConfig;
import io.nexus.server.admin.AdminBody.Kind;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.LimitJson;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.ControlPlane.ShownTeam;
import io.nexus.server.settings.SettingValue;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Lists, creates, changes and deletes teams. */
record TeamAdmin(ControlPlane plane, Edits edits, InstantSource clock) {

  /** The fields of a team, besides its name. */
  private static final Map<String, Kind> RULES =
      Map.of(
          "limit",
          Kind.AMOUNT,
          "window",
          Kind.TEXT,
          "limits",
          Kind.LIMITS,
          "models",
          Kind.TEXTS,
          "notes",
          Kind.TEXT);

  private static final Map<String, Kind> FIELDS = withName();

  private static final Map<String, Comparator<ShownTeam>> ORDERS =
      Map.of("name", Comparator.comparing(team -> team.config().name()));

  private static Map<String, Kind> withName() {
    var all = new HashMap<>(RULES);
    all.put("name", Kind.TEXT);
    return Map.copyOf(all);
  }

  /** All teams. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var page = Page.of(request, Page.MOST);
    var query = new ListQuery(request);
    var found =
        plane.teams().values().stream()
            .filter(team -> query.has(Stream.of(team.config().name())))
            .toList();
    var sorted = query.sorted(found, ORDERS);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(
              json,
              sorted,
              team -> team.config().name(),
              team -> {
                json.writeStartObject();
                fields(json, team);
                json.writeEndObject();
              });
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  /** One team. */
  void show(ServerRequest request, ServerResponse response, Actor actor) {
    answer(response, named(name(request)));
  }

  /** Creates a team. */
  void create(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, FIELDS);
    var made = SettingValue.merged(SettingValue.object(), body.fields());
    var name = checked(made).name();
    edits.keep(
        request,
        actor,
        ControlPlane.TEAM,
        name,
        found -> {
          if (plane.teams().containsKey(name) || found.isPresent()) {
            throw refusal(409, "team_exists", "There is a team of that name.");
          }
          var value = SettingValue.made(clock.instant(), made);
          return new Draft(value.text(), "team.create", Edits.NONE, made.toString());
        });
    response.status(Status.CREATED_201);
    answer(response, named(name));
  }

  /** Changes a team. */
  void change(ServerRequest request, ServerResponse response, Actor actor) {
    var name = made(name(request));
    var body = AdminBody.read(request, RULES);
    if (body.fields().isEmpty()) {
      throw ApiException.badRequest("limit", "'limit' is missing: say what to change.");
    }
    edits.keep(
        request,
        actor,
        ControlPlane.TEAM,
        name,
        found -> {
          var value = found.map(SettingValue::of).orElseThrow(TeamAdmin::notFound);
          var before = value.made().orElseThrow(TeamAdmin::notFound);
          var after = SettingValue.merged(before, body.fields());
          var _ = checked(after);
          return new Draft(
              value.withMade(after).text(), "team.change", before.toString(), after.toString());
        });
    answer(response, named(name));
  }

  /** Deletes a team; its keys stay. */
  void delete(ServerRequest request, ServerResponse response, Actor actor) {
    var name = made(name(request));
    edits.keep(
        request,
        actor,
        ControlPlane.TEAM,
        name,
        found -> {
          var before = found.map(SettingValue::of).flatMap(SettingValue::made);
          return new Draft(
              "", "team.delete", before.map(ObjectNode::toString).orElse(Edits.NONE), Edits.NONE);
        });
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "team");
          json.writeStringField("name", name);
          json.writeBooleanField("deleted", true);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static String name(ServerRequest request) {
    return request.path().pathParameters().get("name");
  }

  private ShownTeam named(String name) {
    var team = plane.teams().get(name);
    if (team == null) {
      throw notFound();
    }
    return team;
  }

  /** The name of a team that can be changed here. */
  private String made(String name) {
    if (!named(name).made()) {
      throw refusal(
          409,
          "defined_in_file",
          "It is in nexus.toml: change it there, or override its limit as that of the budget "
              + BudgetConfig.TEAM
              + name
              + ".");
    }
    return name;
  }

  private static TeamConfig checked(ObjectNode made) {
    var checked = SettingConfig.team(made.toString());
    AdminBody.refuse(checked.problems());
    return checked.value();
  }

  private void answer(ServerResponse response, ShownTeam team) {
    Edits.version(response, team.version());
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          fields(json, team);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static void fields(JsonGenerator json, ShownTeam team) throws IOException {
    var config = team.config();
    var own = config.allowance();
    json.writeStringField("object", "team");
    json.writeStringField("name", config.name());
    json.writeFieldName("limit");
    if (own.isPresent()) {
      json.writeNumber(own.get().limit().toUsd());
    } else {
      json.writeNull();
    }
    json.writeStringField(
        "window", own.map(each -> SettingConfig.spelling(each.window())).orElse(null));
    json.writeStringField("budget", own.map(_ -> BudgetConfig.TEAM + config.name()).orElse(null));
    LimitJson.own(json, "limits", config.limits());
    json.writeArrayFieldStart("models");
    for (var model : config.models()) {
      json.writeString(model);
    }
    json.writeEndArray();
    json.writeStringField("notes", config.notes().orElse(null));
    json.writeStringField("source", team.made() ? "admin" : "configuration");
    json.writeNumberField("version", team.version());
  }

  private static ApiException notFound() {
    return refusal(404, "team_not_found", "There is no team of that name.");
  }

  private static ApiException refusal(int status, String code, String message) {
    return new ApiException(
        status, new ApiError(message, "invalid_request_error", "name", code), Map.of());
  }
}
