package io.nexus.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.routing.Exclusion;
import java.io.IOException;
import java.util.List;

/** Removed candidates as JSON. */
public final class ExclusionsJson {

  private ExclusionsJson() {}

  /** Writes them as a field, each with the stage and the reason. */
  public static void write(JsonGenerator json, String field, List<Exclusion> exclusions)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (var exclusion : exclusions) {
      json.writeStartObject();
      json.writeStringField("backend", exclusion.candidate().backend().name());
      json.writeStringField("model", exclusion.candidate().model());
      json.writeStringField("reconciler", exclusion.reconciler());
      json.writeStringField("reason", exclusion.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
