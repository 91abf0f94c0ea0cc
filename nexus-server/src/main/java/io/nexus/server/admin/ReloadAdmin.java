package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.Reload;
import java.io.IOException;
import java.util.List;

/** Reloads the configuration's file. */
record ReloadAdmin(Reload reload) {

  void run(ServerRequest request, ServerResponse response, Actor actor) {
    switch (reload.run("admin key " + actor.key() + " from " + actor.address())) {
      case Reload.Result.Applied(var needsRestart, var notices) ->
          Answers.json(
              response,
              json -> {
                json.writeStartObject();
                json.writeStringField("object", "reload");
                texts(json, "needs_restart", needsRestart);
                texts(json, "notices", notices);
                json.writeEndObject();
              });
      case Reload.Result.Refused(var problems) ->
          throw ApiException.invalid(
              400,
              "invalid_configuration",
              "The configuration was not reloaded, and what was in force stays so: "
                  + String.join("; ", problems));
    }
  }

  private static void texts(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (var value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
