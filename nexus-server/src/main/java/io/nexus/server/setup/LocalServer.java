package io.nexus.server.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.config.BackendType;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A local model server and its default port.
 *
 * @param name the name of its backend
 * @param type the type of backend
 * @param port its default port
 * @param owner the owner in its model list; empty if only the port tells the type of backend
 */
public record LocalServer(String name, BackendType type, int port, String owner) {

  /** All servers to look for. */
  public static final List<LocalServer> USUAL =
      List.of(
          new LocalServer("ollama", BackendType.OLLAMA, 11434, ""),
          new LocalServer("lmstudio", BackendType.LMSTUDIO, 1234, ""),
          new LocalServer("llamacpp", BackendType.LLAMACPP, 8080, "llamacpp"),
          new LocalServer("vllm", BackendType.VLLM, 8000, "vllm"));

  private static final int CONNECT_MILLIS = 200;
  private static final int ANSWER_MILLIS = 1500;
  private static final int MAX_BYTES = 4 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A server that answered.
   *
   * @param name the name of its backend
   * @param type the type of backend
   * @param port its port
   * @param models its models
   */
  public record Found(String name, BackendType type, int port, List<String> models) {
    /** Copies the list. */
    public Found {
      models = List.copyOf(models);
    }

    /** The base of its API. */
    public String url() {
      return base(port);
    }
  }

  /**
   * The servers that answer like model servers. Other programs may use these ports, and a Nexus
   * gateway does not count.
   */
  public static List<Found> among(List<LocalServer> usual) {
    return usual.stream().flatMap(each -> each.ask().stream()).toList();
  }

  private Optional<Found> ask() {
    try {
      var connection =
          (HttpURLConnection)
              URI.create(base(port) + "/models").toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(ANSWER_MILLIS);
      connection.setInstanceFollowRedirects(false);
      try (var body = connection.getInputStream()) {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK
            ? found(JSON.readTree(body.readNBytes(MAX_BYTES)))
            : Optional.empty();
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Found> found(JsonNode list) {
    var data = list.path("data");
    if (!data.isArray()) {
      return Optional.empty();
    }
    var models = new ArrayList<String>();
    boolean owned = owner.isEmpty() || data.isEmpty();
    for (var model : data) {
      if (model.has("nexus")) {
        return Optional.empty();
      }
      models.add(model.path("id").asText());
      owned |= model.path("owned_by").asText().equals(owner);
    }
    return Optional.of(
        owned
            ? new Found(name, type, port, models)
            : new Found("local-" + port, BackendType.GENERIC, port, models));
  }

  private static String base(int port) {
    return "http://127.0.0.1:" + port + "/v1";
  }
}
