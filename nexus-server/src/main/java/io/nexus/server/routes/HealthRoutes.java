package io.nexus.server.routes;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.backend.BackendRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * {@code GET /health}, {@code /health/live} and {@code /health/ready}.
 *
 * @param started when the gateway started
 * @param registry the backends
 * @param ready whether the gateway takes requests
 */
public record HealthRoutes(
    Instant started, BackendRegistry registry, BooleanSupplier ready, InstantSource clock) {

  /** The health of the gateway and its backends. */
  public void health(ServerRequest request, ServerResponse response) {
    long total = registry.backends().size();
    long healthy = registry.backends().stream().filter(live -> live.load().healthy()).count();
    var status = healthy == 0 ? "unhealthy" : healthy == total ? "healthy" : "degraded";
    response.status(status.equals("unhealthy") ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("status", status);
          json.writeNumberField("uptime_seconds", (clock.millis() - started.toEpochMilli()) / 1000);
          json.writeObjectFieldStart("backends");
          json.writeNumberField("total", total);
          json.writeNumberField("healthy", healthy);
          json.writeEndObject();
          json.writeNumberField("models", registry.models().size());
          json.writeEndObject();
        });
  }

  /** Whether the process works at all. */
  public void live(ServerRequest request, ServerResponse response) {
    status(response, "healthy");
  }

  /** Whether it takes requests. */
  public void ready(ServerRequest request, ServerResponse response) {
    boolean takes = ready.getAsBoolean();
    response.status(takes ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    status(response, takes ? "healthy" : "unhealthy");
  }

  private static void status(ServerResponse response, String status) {
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("status", status);
          json.writeEndObject();
        });
  }
}
