package io.nexus.bench.money;

import io.nexus.server.mock.Wire.Header;
import java.net.URI;
import java.util.List;

/** Shell commands that repeat a scenario by hand. */
final class Commands {

  private Commands() {}

  /** The crowd, and one request after it. */
  static List<String> of(List<URI> replicas, List<Header> headers, Workload workload) {
    boolean isStream = workload.scenario().isStream(0);
    var curl =
        new StringBuilder("curl -sS -N ")
            .append(quoted(replicas.getFirst() + workload.path(isStream)));
    for (var header : headers) {
      curl.append(" -H ").append(quoted(header.name() + ": " + header.value()));
    }
    curl.append(" -H 'Content-Type: application/json' -d ")
        .append(quoted(workload.body(0, isStream)));
    return List.of(
        "nexus bench --money --money-scenario "
            + workload.scenario().name()
            + " --mock-port PORT --mock-only",
        "seq " + Workload.MADE + " | xargs -P " + Workload.MADE + " -I{} " + curl,
        curl.toString());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
