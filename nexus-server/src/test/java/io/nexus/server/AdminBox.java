package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;

/** A gateway with an admin key, three clients' keys and budgets for them. */
final class AdminBox implements AutoCloseable {

  static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":100}";
  static final String ADMIN = "Authorization: Bearer the-admin-key";
  static final String OLGA = "Authorization: Bearer key-of-olga";
  static final String TOM = "Authorization: Bearer key-of-tom";
  static final String ALICE = "Authorization: Bearer key-of-alice";

  private static final String CONFIG =
      """
      [server]
      admin_key_env = "ADMIN"
      [budget]
      monthly_limit = 10.00
      [[budgets]]
      name = "research"
      match = { team = "research" }
      limit = 2.5
      window = "daily"
      hard_limit_action = "reject"
      [[budgets]]
      name = "m-only"
      match = { model = "m*" }
      limit = 3
      [[budgets]]
      name = "others"
      match = { team = "others" }
      limit = 3
      [[limits]]
      name = "research"
      match = { team = "research" }
      requests = 1000
      parallel = 50
      window = "365d"
      [[keys]]
      name = "alice"
      key_env = "ALICE"
      team = "research"
      user = "al"
      tags = ["batch"]
      [[keys]]
      name = "bob"
      # of "key-of-bob"
      sha256 = "SHA"
      [[admin_keys]]
      name = "tom"
      key_env = "TEAM"
      role = "team_admin"
      team = "research"
      [[admin_keys]]
      name = "olga"
      key_env = "VIEWER"
      role = "viewer"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 1000
      output = 10000
      """;

  final Upstream upstream;
  final GatewayBox gateway;

  AdminBox() throws IOException {
    // 100 x $0.001 + 10 x $0.01 = $0.20 a request.
    upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
    gateway =
        GatewayBox.of(CONFIG.replace("SHA", SHA_OF_BOB), upstream)
            .with("ALICE", "key-of-alice")
            .with("ADMIN", "the-admin-key")
            .with("TEAM", "key-of-tom")
            .with("VIEWER", "key-of-olga")
            .start();
  }

  private static final String SHA_OF_BOB =
      "808a1d81b5de08d72083995df738947d519d230a20c236003268f0f4b65ee475";

  Answer send(String method, String path, String body, String... headers) throws IOException {
    try (var client = RawHttp.connect(gateway.port())) {
      client.request(method, path, body, headers);
      return method.equals("HEAD") ? new Answer(client.head(), new byte[0]) : client.read();
    }
  }

  /** An administrator's answer, which must have the given status. */
  JsonNode admin(int status, String method, String path, String body) throws IOException {
    var answer = send(method, path, body, ADMIN);
    if (answer.status() != status) {
      throw new AssertionError(answer.status() + " for " + method + " " + path + answer.text());
    }
    return GatewayBox.json(answer);
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    upstream.close();
  }
}
